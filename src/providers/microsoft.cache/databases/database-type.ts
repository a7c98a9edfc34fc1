import { lifecycleOperations } from "../../../arm/lifecycle.ts";
import type { ResourceType } from "../../../arm/resource-type.ts";
import { cacheType } from "../cache-type.ts";
import { databaseLifecycle, databaseOperations } from "./database-operations.ts";
import { databases } from "./database.ts";
import type { DatabaseServices } from "./database.ts";
import { exportDatabase } from "./export.ts";
import { flushDatabase } from "./flush.ts";
import { forceLink, forceUnlink } from "./force-link.ts";
import { importDatabase } from "./import.ts";
import { listKeys } from "./list-keys.ts";
import { patchDatabase, putDatabase } from "./put-database.ts";
import { regenerateKey } from "./regenerate-key.ts";
import { upgradeRedisVersion } from "./upgrade-redis-version.ts";

/** `databases` of a cluster. A list is one page, without a link to another (recorded). */
export const databaseType = (services: DatabaseServices): ResourceType =>
  cacheType(databases.types, {
    operations: {
      ...lifecycleOperations(databaseLifecycle(services)),
      put: putDatabase(services),
      patch: patchDatabase(services),
      actions: {
        listKeys: listKeys(services),
        regenerateKey: regenerateKey(services),
        import: importDatabase(services),
        export: exportDatabase(services),
        flush: flushDatabase(services),
        upgradeDBRedisVersion: upgradeRedisVersion(services),
        forceUnlink: forceUnlink(services),
        forceLinkToReplicationGroup: forceLink(services),
      },
    },
    work: databaseOperations(services),
  });
