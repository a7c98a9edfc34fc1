import type { ArmOperation, ArmRequest, ArmResponse } from "../../../arm/resource-type.ts";
import { isSame, parentIdOf } from "../../../arm/resource-id.ts";
import { write } from "../../../arm/write.ts";
import { engineLimits } from "../../../operations/timing.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Transaction } from "../../../store/store.ts";
import { refuseWhileBusy, requireIdleCluster, type StoredCluster } from "../clusters/cluster.ts";
import type { ClusterKind } from "../skus.ts";
import { databaseNameRefused, refuseFaults } from "../errors.ts";
import { beginWork, writeResponse, type CacheServices } from "../cache-type.ts";
import type { ModuleFinding } from "../data-plane.ts";
import { initialSettings, patchedSettings, readDatabaseRequest, replacedSettings } from "./database-request.ts";
import type { DatabaseRequest } from "./database-request.ts";
import { databaseFaults, moduleFaults, withReportedVersions } from "./database-rules.ts";
import {
  databaseBody,
  databaseWork,
  databases,
  newKey,
  refuseWhileAssignmentsBusy,
  requireWritableDatabase,
  waitingFor,
} from "./database.ts";
import type { DatabaseSettings, StoredDatabase } from "./database.ts";

/** The only name that a database can have (documented: clusters are limited to a single database). */
const databaseName = "default";

/** The id of a cluster's database. */
const databaseIdOf = (clusterId: string): string => `${clusterId}/databases/${databaseName}`;

/** The Redis version that new databases run: recorded for v2, published examples for v1. */
const initialRedisVersion: Readonly<Record<ClusterKind, string>> = { v1: "6.0", v2: "7.4" };

/** PUT: 201 for a new database, 200 for an existing one; asynchronous even when nothing changes (recorded). */
export const putDatabase = (services: CacheServices): ArmOperation => ({
  action: `${databases.type}/write`,
  display: { operation: "Put Database", description: "Creates or updates a database of a cluster." },
  body: "required",
  async handle(request) {
    const { apiVersion, resourceId } = request;
    if (!isSame(request.name, databaseName)) throw databaseNameRefused();
    const asked = readDatabaseRequest(request.body, apiVersion);
    const findings = await findingsFor(services, resourceId, asked);
    return await writeDatabase(services, request, async (tx, nowMs) => {
      const cluster = await requireIdleCluster(tx, parentIdOf(resourceId));
      const database = await databases.find(tx, databaseIdOf(cluster.id));
      const wanted = { asked, apiVersion, kind: cluster.document.kind };
      const context: WriteContext = { services, request, cluster, tx, nowMs };
      if (database === undefined) return create(context, initialSettings(wanted), findings);
      refuseWhileBusy(database);
      await refuseWhileAssignmentsBusy(tx, database);
      return update(context, database, { next: replacedSettings(database.document, wanted), status: 200 });
    });
  },
});

/** PATCH, as published: 200 when it is done before the response, else 202. Azure itself returns 501 (reported 2026). */
export const patchDatabase = (services: CacheServices): ArmOperation => ({
  action: `${databases.type}/write`,
  display: { operation: "Update Database", description: "Updates a database of a cluster." },
  body: "required",
  handle(request) {
    const { apiVersion, resourceId } = request;
    const asked = readDatabaseRequest(request.body, apiVersion);
    return writeDatabase(services, request, async (tx, nowMs) => {
      const { cluster, database } = await requireWritableDatabase(tx, resourceId);
      const next = patchedSettings(database.document, { asked, apiVersion, kind: cluster.document.kind });
      return update({ services, request, cluster, tx, nowMs }, database, { next, status: 202 });
    });
  },
});

/** The data plane's findings on the modules of a new database; none for an existing one. */
async function findingsFor(
  { dataPlane, store }: CacheServices,
  databaseId: string,
  { modules }: DatabaseRequest,
): Promise<readonly ModuleFinding[]> {
  if (dataPlane === undefined || !modules?.length) return [];
  if ((await databases.find(store, databaseId)) !== undefined) return [];
  return await dataPlane.checkModules(modules.map(({ name, args }) => ({ name, args: args ?? "" })));
}

interface WriteContext {
  readonly services: CacheServices;
  readonly request: ArmRequest;
  readonly cluster: StoredCluster;
  readonly tx: Transaction;
  readonly nowMs: number;
}

/** The result of a write's transaction. */
interface WrittenDatabase {
  readonly databaseId: string;
  readonly response: ArmResponse;
  /** undefined when the write is done. */
  readonly operation: StoredOperation | undefined;
}

async function create(
  { services, request, cluster, tx, nowMs }: WriteContext,
  settings: DatabaseSettings,
  findings: readonly ModuleFinding[],
): Promise<WrittenDatabase> {
  const { apiVersion } = request;
  const id = databaseIdOf(cluster.id);
  const next = { ...settings, modules: withReportedVersions(settings.modules, findings) };
  const faults = databaseFaults({ databaseId: id, cluster: cluster.document, apiVersion, current: undefined, next });
  refuseFaults([...faults, ...moduleFaults(next.modules, findings)]);
  const work = { kind: databaseWork.create.name, resourceId: id };
  const operation = await beginWork(services, tx, cluster, work);
  const document = {
    ...next,
    name: databaseName,
    redisVersion: initialRedisVersion[cluster.document.kind],
    keys: { primary: newKey(), secondary: newKey() },
    ...waitingFor(operation, "Creating"),
  };
  const created = await databases.create(tx, id, document, nowMs);
  const body = databaseBody(services, created, { apiVersion, isCreation: true });
  return { databaseId: id, operation, response: writeResponse(services, request, { status: 201, body, operation }) };
}

/** `status` is what the response has while the operation is in progress; a 202 has no body (published). */
async function update(
  { services, request, cluster, tx, nowMs }: WriteContext,
  database: StoredDatabase,
  { next, status }: { next: DatabaseSettings; status: 200 | 202 },
): Promise<WrittenDatabase> {
  const { apiVersion } = request;
  const { id, document: current } = database;
  refuseFaults(databaseFaults({ databaseId: id, cluster: cluster.document, apiVersion, current, next }));
  // Redis reads the clustering policy only at its start.
  const needsRestart = current.clusteringPolicy !== next.clusteringPolicy || current.failure !== undefined;
  const { name: kind } = needsRestart ? databaseWork.restart : databaseWork.write;
  const operation = await beginWork(services, tx, cluster, { kind, resourceId: id });
  const document = { ...current, ...next, ...waitingFor(operation, "Updating") };
  const saved = await databases.update(tx, database, { document }, nowMs);
  const isAccepted = operation !== undefined && status === 202;
  const answer = isAccepted ? { status } : { status: 200, body: databaseBody(services, saved, request) };
  return { databaseId: id, operation, response: writeResponse(services, request, { ...answer, operation }) };
}

/**
 * Writes in one transaction, and responds when the database's Redis has the change. Under `--timing instant` the response
 * shows the end of an operation that succeeds within the time that a response may wait; other operations are followed.
 */
async function writeDatabase(
  services: CacheServices,
  request: ArmRequest,
  unit: (tx: Transaction, nowMs: number) => Promise<WrittenDatabase>,
): Promise<ArmResponse> {
  const { dataPlane, timing, operations, store } = services;
  const written: WrittenDatabase[] = [];
  const response = await write(services, request, async (tx, nowMs) => {
    const result = await unit(tx, nowMs);
    written[0] = result;
    return result;
  });
  const [result] = written;
  if (result === undefined) return response;
  const { databaseId, operation } = result;
  if (operation === undefined) await dataPlane?.applied(databaseId);
  if (operation === undefined || timing.kind !== "instant") return response;
  const ended = await operations.ended(operation.id, engineLimits.answerWaitMs);
  const database = ended?.status === "Succeeded" ? await databases.find(store, databaseId) : undefined;
  if (database === undefined) return response;
  const status = response.status === 202 ? 200 : response.status;
  const body = databaseBody(services, database, { apiVersion: request.apiVersion, isCreation: status === 201 });
  return writeResponse(services, request, { status, body, operation: undefined });
}
