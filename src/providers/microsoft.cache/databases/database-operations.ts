import type { ArmResponse } from "../../../arm/arm-response.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { parentIdOf } from "../../../arm/resource-id.ts";
import { write } from "../../../arm/write.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { OperationFailure } from "../../../operations/operation-kind.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import type { Transaction } from "../../../store/store.ts";
import { clusters } from "../clusters/cluster.ts";
import type { ClusterDocument, ResourceState } from "../clusters/cluster.ts";
import { operationNotAllowed, refuseFaults } from "../errors.ts";
import type { Fault } from "../errors.ts";
import { beginWork, writeResponse } from "../cache-type.ts";
import { redisNotStarted } from "./data-plane.ts";
import type { DatabaseDataPlane } from "./data-plane.ts";
import {
  databases,
  idle,
  newestRedisVersion,
  removeDatabase,
  requireWritableDatabase,
  waitingFor,
} from "./database.ts";
import type { DatabaseDocument, DatabaseServices } from "./database.ts";

export const databaseKinds = {
  create: "redisEnterprise.database.create",
  update: "redisEnterprise.database.update",
  /** An update that needs a restart of the Redis. */
  restart: "redisEnterprise.database.restart",
  delete: "redisEnterprise.database.delete",
  upgrade: "redisEnterprise.database.upgrade",
  flush: "redisEnterprise.database.flush",
  import: "redisEnterprise.database.import",
  export: "redisEnterprise.database.export",
} as const;

type Services = Pick<DatabaseServices, "clock" | "dataPlane">;

/** The operations on databases that outlast their response. */
export const databaseOperations = (services: Services): OperationKind[] => [
  ...resourceKinds(services),
  ...dataKinds(services),
];

/**
 * Recorded: creating 6 to 8 s, deleting 6 to 20 s; the others are estimates. An operation that starts a Redis ends only when that
 * is up; without a data plane there is nothing to wait for.
 */
function resourceKinds(services: Services): OperationKind[] {
  const { clock, dataPlane } = services;
  const succeed = settling(services, idle);
  const fail = failing(services, "UpdateFailed");
  const start: Pick<OperationKind, "work"> =
    dataPlane === undefined ? {} : { work: ({ resourceId }, signal) => dataPlane.started(resourceId, signal) };
  const remove = async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
    const database = await databases.find(tx, resourceId);
    if (database?.document.operationId === id) await removeDatabase(tx, database, clock.nowMs());
  };
  const upgrade = async (tx: Transaction, subject: OperationSubject): Promise<void> => {
    const cluster = await clusters.find(tx, parentIdOf(subject.resourceId));
    const redisVersion = newestRedisVersion[cluster?.document.kind ?? "v2"];
    await settling(services, { ...idle, redisVersion })(tx, subject);
  };
  return [
    { name: databaseKinds.create, azureDurationMs: 7_000, succeed, fail: failing(services, "CreateFailed"), ...start },
    { name: databaseKinds.update, azureDurationMs: 6_000, succeed, fail },
    { name: databaseKinds.restart, azureDurationMs: 6_000, succeed, fail, ...start },
    { name: databaseKinds.delete, azureDurationMs: 10_000, succeed: remove, fail: failing(services, "DeleteFailed") },
    {
      name: databaseKinds.upgrade,
      azureDurationMs: 240_000,
      succeed: upgrade,
      fail,
      // Also without a data plane, so that it is always an operation: clients accept no response other than 202.
      work: async ({ resourceId }, signal) => dataPlane?.upgrade(resourceId, signal),
    },
  ];
}

/** Operations on the keys. When one fails, the database itself is as it was. */
function dataKinds(services: Services): OperationKind[] {
  const settle = settling(services, idle);
  const ends = { succeed: settle, fail: settle };
  const redis = (): DatabaseDataPlane => {
    if (services.dataPlane !== undefined) return services.dataPlane;
    throw new OperationFailure({ code: "DataPlaneNotRunning", message: "The data plane is not running." });
  };
  return [
    {
      name: databaseKinds.flush,
      azureDurationMs: 5_000,
      ...ends,
      work: async ({ resourceId }, signal) => redis().flush(resourceId, signal),
    },
    {
      name: databaseKinds.import,
      azureDurationMs: 30_000,
      secretInput: ["sasUris"],
      ...ends,
      work: async ({ resourceId, input }, signal) =>
        redis().importData(resourceId, input["sasUris"] as string[], signal),
    },
    {
      name: databaseKinds.export,
      azureDurationMs: 30_000,
      secretInput: ["sasUri"],
      ...ends,
      work: async ({ resourceId, input }, signal) => redis().exportData(resourceId, input["sasUri"] as string, signal),
    },
  ];
}

/** Records why a database's Redis did not start: it runs without one until it is written again. */
const failing =
  (services: Services, resourceState: ResourceState): OperationKind["fail"] =>
  (tx, subject, { code, message }) => {
    const failure = code === redisNotStarted ? message : undefined;
    const change = { provisioningState: "Failed", resourceState, operationId: undefined, failure } as const;
    return settling(services, change)(tx, subject);
  };

/** Ends a database's wait for an operation, unless it waits for a later one by now. */
const settling =
  ({ clock }: Services, change: Partial<DatabaseDocument>) =>
  async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
    const database = await databases.find(tx, resourceId);
    if (database?.document.operationId !== id) return;
    await databases.update(tx, database, { document: { ...database.document, ...change } }, clock.nowMs());
  };

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
    readonly kind: string;
    readonly input?: JsonObject;
    /** @throws ArmError when the database does not allow it. */
    readonly check: (subject: ActionSubject) => void;
  },
): Promise<ArmResponse> =>
  write(services, request, async (tx, nowMs) => {
    const { cluster, database } = await requireWritableDatabase(tx, request.resourceId);
    action.check({ id: database.id, database: database.document, cluster: cluster.document });
    const input = { ...action.input, answersResource: false };
    const work = { kind: action.kind, resourceId: database.id, input };
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
