import type { Clock } from "../../../kernel/clock.ts";
import { OperationFailure } from "../../../operations/operation-kind.ts";
import type { OperationKind, OperationSubject } from "../../../operations/operation-kind.ts";
import type { OperationError } from "../../../store/operations.ts";
import { findResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import type { ClusterDocument, ResourceState } from "../clusters/cluster-document.ts";
import { redisNotStarted } from "./data-plane.ts";
import type { DatabaseDataPlane } from "./data-plane.ts";
import { newestRedisVersion } from "./database-document.ts";
import type { DatabaseDocument } from "./database-document.ts";
import { parentIdOf } from "./database-id.ts";
import { idle } from "./database-states.ts";
import { findDatabase, removeDatabase, saveDatabase } from "./database-store.ts";

export const databaseKinds = {
  create: "redisEnterprise.database.create",
  update: "redisEnterprise.database.update",
  /** An update that takes another start of the Redis. */
  restart: "redisEnterprise.database.restart",
  delete: "redisEnterprise.database.delete",
  upgrade: "redisEnterprise.database.upgrade",
  flush: "redisEnterprise.database.flush",
  import: "redisEnterprise.database.import",
  export: "redisEnterprise.database.export",
} as const;

interface Options {
  readonly clock: Clock;
  readonly dataPlane: DatabaseDataPlane | undefined;
}

/** What finishes the work on a database that does not end before the answer. */
export const databaseOperations = (options: Options): OperationKind[] => [
  ...resourceKinds(options),
  ...dataKinds(options),
];

/**
 * Recorded: creating 6 to 8 s, deleting 6 to 20 s; the others are estimates. What starts a Redis ends no sooner than that
 * is up; without a data plane there is nothing to wait for.
 */
function resourceKinds({ clock, dataPlane }: Options): OperationKind[] {
  const succeed = settling(clock, idle);
  const remove = async (tx: Transaction, { id, resourceId }: OperationSubject): Promise<void> => {
    const database = await findDatabase(tx, resourceId);
    if (database?.document.operationId === id) await removeDatabase(tx, database, clock.nowMs());
  };
  const start: Pick<OperationKind, "work"> =
    dataPlane === undefined ? {} : { work: ({ resourceId }, signal) => dataPlane.started(resourceId, signal) };
  const fail = failing(clock, "UpdateFailed");
  return [
    { name: databaseKinds.create, azureDurationMs: 7_000, succeed, fail: failing(clock, "CreateFailed"), ...start },
    { name: databaseKinds.update, azureDurationMs: 6_000, succeed, fail },
    { name: databaseKinds.restart, azureDurationMs: 6_000, succeed, fail, ...start },
    { name: databaseKinds.delete, azureDurationMs: 10_000, succeed: remove, fail: failing(clock, "DeleteFailed") },
    {
      name: databaseKinds.upgrade,
      azureDurationMs: 240_000,
      succeed: (tx, subject) => finishUpgrade(tx, subject, clock),
      fail,
      // Also where there is nothing to do outside the store: clients take no answer other than 202.
      work: async ({ resourceId }, signal) => dataPlane?.upgrade(resourceId, signal),
    },
  ];
}

/** Work on the keys: when it fails, the database itself is as well as before. */
function dataKinds({ clock, dataPlane }: Options): OperationKind[] {
  const settle = settling(clock, idle);
  const ends = { succeed: settle, fail: settle };
  const redis = (): DatabaseDataPlane => {
    if (dataPlane !== undefined) return dataPlane;
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

/** A database whose Redis did not start goes without one until it is written anew. */
const failing =
  (clock: Clock, resourceState: ResourceState): OperationKind["fail"] =>
  (tx, subject, { code, message }: OperationError) => {
    const failure = code === redisNotStarted ? message : undefined;
    return settling(clock, { provisioningState: "Failed", resourceState, operationId: undefined, failure })(
      tx,
      subject,
    );
  };

/** Ends the waiting of a database, unless a later operation has made it wait anew. */
function settling(
  clock: Clock,
  change: Partial<DatabaseDocument>,
): (tx: Transaction, subject: OperationSubject) => Promise<void> {
  return async (tx, { id, resourceId }) => {
    const database = await findDatabase(tx, resourceId);
    if (database?.document.operationId !== id) return;
    await saveDatabase(tx, database, { ...database.document, ...change }, clock.nowMs());
  };
}

async function finishUpgrade(tx: Transaction, subject: OperationSubject, clock: Clock): Promise<void> {
  const cluster = await findResource<ClusterDocument>(tx, parentIdOf(subject.resourceId));
  const redisVersion = newestRedisVersion[cluster?.document.kind ?? "v2"];
  await settling(clock, { ...idle, redisVersion })(tx, subject);
}
