import { providerResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { OperationKind } from "../../../operations/operation-kind.ts";
import { beginWork, cacheType, writeResponse } from "../cache-type.ts";
import { databaseKinds, databaseOperations } from "./database-operations.ts";
import {
  databases,
  databaseBody,
  removeDatabase,
  requireDatabase,
  requireWritableDatabase,
  waitingFor,
} from "./database.ts";
import type { DatabaseServices } from "./database.ts";
import { exportDatabase } from "./export.ts";
import { flushDatabase } from "./flush.ts";
import { forceLink, forceUnlink } from "./force-link.ts";
import { importDatabase } from "./import.ts";
import { listKeys } from "./list-keys.ts";
import { patchDatabase, putDatabase } from "./put-database.ts";
import { regenerateKey } from "./regenerate-key.ts";
import { upgradeRedisVersion } from "./upgrade-redis-version.ts";

/** `databases` of a cluster, and the operations on them that outlast their response. */
export const databaseTypes = (services: DatabaseServices): { types: ResourceType[]; kinds: OperationKind[] } => ({
  types: [databaseType(services)],
  kinds: databaseOperations(services),
});

const databaseType = (services: DatabaseServices): ResourceType =>
  cacheType(databases.types, {
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

const getDatabase = (services: DatabaseServices): ArmOperation => ({
  action: `${databases.type}/read`,
  display: { operation: "Get Database", description: "Reads a database of a cluster." },
  async handle(request) {
    const database = await requireDatabase(services.store, request.resourceId);
    return providerResponse(200, databaseBody(services, database, request));
  },
});

/** One page, without a link to another (recorded). */
const listOfCluster = (services: DatabaseServices): ArmOperation => ({
  action: `${databases.type}/read`,
  display: { operation: "List Databases", description: "Lists the databases of a cluster." },
  async handle(request) {
    const listed = await databases.children(services.store, request.resourceId.toLowerCase());
    return providerResponse(200, { value: listed.map((each) => databaseBody(services, each, request)) });
  },
});

/** 204 when there was none, 200 when it is removed; 202 with the database as body while that takes time (recorded). */
const deleteDatabase = (services: DatabaseServices): ArmOperation => ({
  action: `${databases.type}/delete`,
  display: { operation: "Delete Database", description: "Deletes a database of a cluster." },
  handle(request) {
    return write(services, request, async (tx, nowMs) => {
      if ((await databases.find(tx, request.resourceId)) === undefined) return { response: providerResponse(204) };
      const { cluster, database } = await requireWritableDatabase(tx, request.resourceId);
      const work = { kind: databaseKinds.delete, resourceId: database.id, input: { answersResource: false } };
      const operation = await beginWork(services, tx, cluster, work);
      if (operation === undefined) {
        await removeDatabase(tx, database, nowMs);
        return { response: writeResponse(services, request, { status: 200, operation }) };
      }
      const document = { ...database.document, ...waitingFor(operation, "Deleting") };
      const body = databaseBody(services, await databases.update(tx, database, { document }, nowMs), request);
      return { response: writeResponse(services, request, { status: 202, body, operation }) };
    });
  },
});
