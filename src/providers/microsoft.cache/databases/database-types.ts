import type { ResourceType } from "../../../arm/resource-type.ts";
import type { OperationKind } from "../../../operations/operation-kind.ts";
import { cacheType } from "../cache-type.ts";
import { exportDatabase, flushDatabase, importDatabase, upgradeRedisVersion } from "./data-actions.ts";
import { databaseOperations } from "./database-operations.ts";
import { getDatabase, listOfCluster } from "./database-reads.ts";
import type { DatabaseServices } from "./database-services.ts";
import { deleteDatabase, patchDatabase, putDatabase } from "./database-writes.ts";
import { forceLink, forceUnlink } from "./geo-replication-actions.ts";
import { listKeys, regenerateKey } from "./key-actions.ts";

/** `databases` of a cluster, and the work on them that outlasts an answer. */
export function databaseTypes(services: DatabaseServices): { types: ResourceType[]; kinds: OperationKind[] } {
  const { clock, dataPlane } = services;
  return { types: [databaseType(services)], kinds: databaseOperations({ clock, dataPlane }) };
}

const databaseType = (services: DatabaseServices): ResourceType =>
  cacheType(["redisEnterprise", "databases"], {
    operations: {
      get: getDatabase(services),
      list: listOfCluster(services),
      put: putDatabase(services),
      patch: patchDatabase(services),
      delete: deleteDatabase(services),
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
  });
