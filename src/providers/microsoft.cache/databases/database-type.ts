import { providerResourceNotFound } from "../../../arm/errors.ts";
import { lifecycleOperations, lifecycleWork, workEnds, type Lifecycle } from "../../../arm/lifecycle.ts";
import type { ResourceType } from "../../../arm/resource-type.ts";
import { OperationFailure, type OperationKind } from "../../../operations/operation-kind.ts";
import type { OperationError } from "../../../store/operations.ts";
import { cacheDialect, cacheType, shownRegion, type CacheServices } from "../cache-type.ts";
import { clusters, type ResourceState } from "../clusters/cluster.ts";
import { redisNotStarted, type DatabaseDataPlane } from "../data-plane.ts";
import {
  databaseBody,
  databaseWork,
  databases,
  idle,
  newestRedisVersion,
  removeDatabase,
  requireWritableDatabase,
} from "./database.ts";
import type { DatabaseDocument } from "./database.ts";
import { exportDatabase } from "./export.ts";
import { flushDatabase } from "./flush.ts";
import { forceLink, forceUnlink } from "./force-link.ts";
import { importDatabase } from "./import.ts";
import { listKeys } from "./list-keys.ts";
import { patchDatabase, putDatabase } from "./put-database.ts";
import { regenerateKey } from "./regenerate-key.ts";
import { upgradeRedisVersion } from "./upgrade-redis-version.ts";

/** `databases` of a cluster. A list is one page, without a link to another (recorded). */
export function databaseType(services: CacheServices): ResourceType {
  const life = lifecycle(services);
  return cacheType(databases.types, {
    operations: {
      ...lifecycleOperations(life),
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
    work: [...lifecycleWork(life), ...redisOperations(services, life), ...keyOperations(services, life)],
  });
}

const lifecycle = (services: CacheServices): Lifecycle<DatabaseDocument> => ({
  kind: databases,
  dialect: cacheDialect(services),
  noun: "Database",
  plural: "Databases",
  work: { write: databaseWork.write, delete: databaseWork.delete },
  bodies: async (_from, found, view) => found.map((each) => databaseBody(services, each, view)),
  // The version of its Redis, and whether that runs.
  showsMore: services.dataPlane !== undefined,
  notFound: providerResourceNotFound,
  locationOf: async (from, { parentKey }) => shownRegion((await clusters.require(from, parentKey)).document.location),
  beforeDelete: async (tx, { id }) => void (await requireWritableDatabase(tx, id)),
  deleting: (document) => ({ ...document, resourceState: "Deleting", failure: undefined }),
  settle: (document, _outcome, error) =>
    error === undefined ? { ...document, ...idle } : { ...document, ...failedStates(document, error) },
  remove: removeDatabase,
});

const failures: Readonly<Partial<Record<ResourceState, ResourceState>>> = {
  Creating: "CreateFailed",
  Deleting: "DeleteFailed",
};

/** The states after an operation that fails. A database whose Redis did not start has none until it is written again. */
const failedStates = ({ resourceState }: DatabaseDocument, { code, message }: OperationError) => ({
  resourceState: failures[resourceState] ?? "UpdateFailed",
  failure: code === redisNotStarted ? message : undefined,
});

/** Operations that start a Redis, which end when it is up. Without a data plane there is none to wait for. */
function redisOperations({ clock, dataPlane }: CacheServices, life: Lifecycle<DatabaseDocument>): OperationKind[] {
  const ends = workEnds(life);
  const start: Pick<OperationKind, "work"> =
    dataPlane === undefined ? {} : { work: ({ resourceId }, signal) => dataPlane.started(resourceId, signal) };
  return [
    { ...databaseWork.create, ...ends, ...start },
    { ...databaseWork.restart, ...ends, ...start },
    {
      ...databaseWork.upgrade,
      ...ends,
      async succeed(tx, { id, resourceId }) {
        const database = await databases.find(tx, resourceId);
        if (database?.document.operationId !== id) return;
        const { kind } = (await clusters.require(tx, database.parentKey)).document;
        const document = { ...database.document, ...idle, redisVersion: newestRedisVersion[kind] };
        await databases.update(tx, database, { document }, clock.nowMs());
      },
      // Also without a data plane, so that it is always an operation: clients accept no response other than 202.
      work: async ({ resourceId }, signal) => dataPlane?.upgrade(resourceId, signal),
    },
  ];
}

/** Operations on the keys. When one fails, the database itself is as it was. */
function keyOperations({ dataPlane }: CacheServices, life: Lifecycle<DatabaseDocument>): OperationKind[] {
  const { succeed } = workEnds(life);
  const ends = { succeed, fail: succeed };
  const redis = (): DatabaseDataPlane => {
    if (dataPlane !== undefined) return dataPlane;
    throw new OperationFailure({ code: "DataPlaneNotRunning", message: "The data plane is not running." });
  };
  return [
    {
      ...databaseWork.flush,
      ...ends,
      work: async ({ resourceId }, signal) => redis().flush(resourceId, signal),
    },
    {
      ...databaseWork.import,
      ...ends,
      work: async ({ resourceId, input }, signal) =>
        redis().importData(resourceId, input["sasUris"] as string[], signal),
    },
    {
      ...databaseWork.export,
      ...ends,
      work: async ({ resourceId, input }, signal) => redis().exportData(resourceId, input["sasUri"] as string, signal),
    },
  ];
}
