import type { ArmResponse } from "../../../arm/arm-response.ts";
import { providerResourceNotFound } from "../../../arm/errors.ts";
import { lifecycleWork, workEnds } from "../../../arm/lifecycle.ts";
import type { Lifecycle } from "../../../arm/lifecycle.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { OperationFailure } from "../../../operations/operation-kind.ts";
import type { OperationKind } from "../../../operations/operation-kind.ts";
import type { OperationError } from "../../../store/operations.ts";
import { beginWork, cacheDialect, shownRegion, writeResponse } from "../cache-type.ts";
import { clusters } from "../clusters/cluster.ts";
import type { ClusterDocument, ResourceState } from "../clusters/cluster.ts";
import { operationNotAllowed, refuseFaults } from "../errors.ts";
import type { Fault } from "../errors.ts";
import { redisNotStarted } from "./data-plane.ts";
import type { DatabaseDataPlane } from "./data-plane.ts";
import {
  databaseBody,
  databases,
  idle,
  newestRedisVersion,
  removeDatabase,
  requireWritableDatabase,
  waitingFor,
} from "./database.ts";
import type { DatabaseDocument, DatabaseServices } from "./database.ts";

/** The work on databases that may take longer than a response. Recorded: creation 6 to 8 s, deletion 6 to 20 s; the others are estimates. */
export const databaseWork = {
  create: { name: "redisEnterprise.database.create", azureDurationMs: 7_000 },
  write: { name: "redisEnterprise.database.update", azureDurationMs: 6_000 },
  /** A write that needs a restart of the Redis. */
  restart: { name: "redisEnterprise.database.restart", azureDurationMs: 6_000 },
  delete: {
    name: "redisEnterprise.database.delete",
    azureDurationMs: 10_000,
    input: { answersResource: false },
  },
  upgrade: { name: "redisEnterprise.database.upgrade", azureDurationMs: 240_000 },
  flush: { name: "redisEnterprise.database.flush", azureDurationMs: 5_000 },
  import: { name: "redisEnterprise.database.import", azureDurationMs: 30_000, secretInput: ["sasUris"] },
  export: { name: "redisEnterprise.database.export", azureDurationMs: 30_000, secretInput: ["sasUri"] },
} as const;

export const databaseLifecycle = (services: DatabaseServices): Lifecycle<DatabaseDocument> => ({
  kind: databases,
  dialect: cacheDialect(services),
  noun: "Database",
  plural: "Databases",
  work: { write: databaseWork.write, delete: databaseWork.delete },
  bodies: async (_from, found, request) => found.map((each) => databaseBody(services, each, request)),
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

/** What ends the work on databases. Work that starts a Redis ends when that is up; without a data plane there is none to wait for. */
export function databaseOperations(services: DatabaseServices): OperationKind[] {
  const { clock, dataPlane } = services;
  const life = databaseLifecycle(services);
  const ends = workEnds(life);
  const start: Pick<OperationKind, "work"> =
    dataPlane === undefined ? {} : { work: ({ resourceId }, signal) => dataPlane.started(resourceId, signal) };
  return [
    ...lifecycleWork(life),
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
    ...keyOperations(services, ends),
  ];
}

/** Operations on the keys. When one fails, the database itself is as it was. */
function keyOperations({ dataPlane }: DatabaseServices, { succeed }: Pick<OperationKind, "succeed">): OperationKind[] {
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

/** A database that an action is asked of. */
export interface ActionSubject {
  readonly id: string;
  readonly database: DatabaseDocument;
  readonly cluster: ClusterDocument;
}

/** Begins an action that always outlasts its response: 202, followed like any other operation. */
export const beginAction = (
  services: DatabaseServices,
  request: ArmRequest,
  action: {
    readonly work: { readonly name: string };
    readonly input?: JsonObject;
    /** @throws ArmError when the database does not allow it. */
    readonly check: (subject: ActionSubject) => void;
  },
): Promise<ArmResponse> =>
  write(services, request, async (tx, nowMs) => {
    const { cluster, database } = await requireWritableDatabase(tx, request.resourceId);
    action.check({ id: database.id, database: database.document, cluster: cluster.document });
    const input = { ...action.input, answersResource: false };
    const work = { kind: action.work.name, resourceId: database.id, input };
    const operation = await beginWork(services, tx, cluster, work);
    await databases.update(
      tx,
      database,
      { document: { ...database.document, ...waitingFor(operation, "Updating") } },
      nowMs,
    );
    return { response: writeResponse(services, request, { status: 202, operation }) };
  });

/** Lets an action on a Redis pass. @throws ArmError when there is none, or there are faults. */
export function checkRedisAction({ dataPlane }: DatabaseServices, faults: readonly Fault[] = []): void {
  if (dataPlane !== undefined) return refuseFaults(faults);
  throw operationNotAllowed("The database has no Redis server to do this with, because the data plane is not running.");
}
