import { providerResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { Transaction } from "../../../store/store.ts";
import { newAccessKeys } from "./access-keys.ts";
import { readIdleCluster, refuseWhileBusy } from "./child-write.ts";
import { beginWork, writeResponse } from "../cache-type.ts";
import type { StoredCluster } from "./child-write.ts";
import { refuseWhileAssignmentsBusy, requireWritableDatabase } from "./database-access.ts";
import { bodyOf, whenApplied } from "./database-answer.ts";
import type { WrittenDatabase } from "./database-answer.ts";
import { databaseName, initialRedisVersion } from "./database-document.ts";
import type { DatabaseDocument, DatabaseSettings } from "./database-document.ts";
import { databaseIdOf, parentIdOf } from "./database-id.ts";
import type { ModuleFinding } from "./data-plane.ts";
import { databaseKinds } from "./database-operations.ts";
import { readDatabaseRequest } from "./database-request.ts";
import { asModulesAre, findingsFor, moduleFaults } from "./installed-modules.ts";
import { databaseFaults } from "./database-rules.ts";
import { databaseAction } from "./database-services.ts";
import { takesRestart } from "./database-write.ts";
import type { DatabaseServices } from "./database-services.ts";
import { initialSettings, patchedSettings, replacedSettings } from "./database-settings.ts";
import { waitingFor } from "./database-states.ts";
import { createDatabase, findDatabase, removeDatabase, saveDatabase } from "./database-store.ts";
import type { StoredDatabase } from "./database-store.ts";
import { databaseNameRefused, refuseFaults } from "../errors.ts";

/** PUT: 201 for a new database, 200 for one that is there – asynchronous even when nothing changes (recorded). */
export const putDatabase = (services: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/write`,
  display: { operation: "Put Database", description: "Creates or updates a database of a cluster." },
  body: "required",
  async handle(request) {
    const { apiVersion } = request;
    if (request.path.names.at(-1)?.toLowerCase() !== databaseName) throw databaseNameRefused();
    const asked = readDatabaseRequest(request.body, apiVersion);
    const findings = await findingsFor(services, request.resourceId, asked);
    return await writeDatabase(services, request, async (tx, nowMs) => {
      const cluster = await readIdleCluster(tx, parentIdOf(request.resourceId));
      const database = await findDatabase(tx, databaseIdOf(cluster.id));
      const asking = { asked, apiVersion, kind: cluster.document.kind };
      const put: Put = { services, request, cluster, tx, nowMs };
      if (database === undefined) return create(put, initialSettings(asking), findings);
      refuseWhileBusy(database);
      await refuseWhileAssignmentsBusy(tx, database);
      return update(put, database, { next: replacedSettings(database.document, asking), status: 200 });
    });
  },
});

/** PATCH, as published: 200 when done before the answer, else 202. Azure itself answers 501 (reported 2026). */
export const patchDatabase = (services: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/write`,
  display: { operation: "Update Database", description: "Updates a database of a cluster." },
  body: "required",
  handle(request) {
    const asked = readDatabaseRequest(request.body, request.apiVersion);
    return writeDatabase(services, request, async (tx, nowMs) => {
      const { cluster, database } = await requireWritableDatabase(tx, request);
      const asking = { asked, apiVersion: request.apiVersion, kind: cluster.document.kind };
      const next = patchedSettings(database.document, asking);
      return update({ services, request, cluster, tx, nowMs }, database, { next, status: 202 });
    });
  },
});

/** DELETE: 204 when there was none, 200 when it is gone; 202 with the database as body while it goes (recorded). */
export const deleteDatabase = (services: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/delete`,
  display: { operation: "Delete Database", description: "Deletes a database of a cluster." },
  handle(request) {
    return write(services, request, async (tx, nowMs) => {
      if ((await findDatabase(tx, request.resourceId)) === undefined) return { response: providerResponse(204) };
      const { cluster, database } = await requireWritableDatabase(tx, request);
      const input = { answersResource: false };
      const work = { kind: databaseKinds.delete, resourceId: database.id, input };
      const operation = await beginWork(services, tx, cluster, work);
      if (operation === undefined) {
        await removeDatabase(tx, database, nowMs);
        return { response: writeResponse(services, request, { status: 200, operation }) };
      }
      const saved = await saveDatabase(
        tx,
        database,
        { ...database.document, ...waitingFor(operation, "Deleting") },
        nowMs,
      );
      const body = bodyOf(services, saved, request);
      return { response: writeResponse(services, request, { status: 202, body, operation }) };
    });
  },
});

/** Writes in one transaction, and answers when the database's Redis is as written. */
async function writeDatabase(
  services: DatabaseServices,
  request: ArmRequest,
  unit: (tx: Transaction, nowMs: number) => Promise<WrittenDatabase>,
): Promise<ArmResponse> {
  let written: WrittenDatabase | undefined;
  const answer = await write(services, request, async (tx, nowMs) => {
    written = await unit(tx, nowMs);
    return { response: written.answer };
  });
  return written === undefined ? answer : await whenApplied(services, request, written);
}

interface Put {
  readonly services: DatabaseServices;
  readonly request: ArmRequest;
  readonly cluster: StoredCluster;
  readonly tx: Transaction;
  readonly nowMs: number;
}

async function create(
  { services, request, cluster, tx, nowMs }: Put,
  asked: DatabaseSettings,
  findings: readonly ModuleFinding[],
): Promise<WrittenDatabase> {
  const { apiVersion } = request;
  const databaseId = databaseIdOf(cluster.id);
  const next = { ...asked, modules: asModulesAre(asked.modules, findings) };
  const faults = databaseFaults({ databaseId, cluster: cluster.document, apiVersion, current: undefined, next });
  refuseFaults([...faults, ...moduleFaults(next.modules, findings)]);
  const operation = await beginWork(services, tx, cluster, { kind: databaseKinds.create, resourceId: databaseId });
  const document: DatabaseDocument = {
    ...next,
    name: databaseName,
    redisVersion: initialRedisVersion[cluster.document.kind],
    keys: newAccessKeys(),
    ...waitingFor(operation, "Creating"),
  };
  const created = await createDatabase(tx, cluster, document, nowMs);
  const body = bodyOf(services, created, { apiVersion, isCreation: true });
  return { databaseId, operation, answer: writeResponse(services, request, { status: 201, body, operation }) };
}

/** `status` is what is answered while the work is under way; a 202 has no body (published). */
async function update(
  { services, request, cluster, tx, nowMs }: Put,
  database: StoredDatabase,
  { next, status }: { next: DatabaseSettings; status: 200 | 202 },
): Promise<WrittenDatabase> {
  const { apiVersion } = request;
  const current = database.document;
  refuseFaults(databaseFaults({ databaseId: database.id, cluster: cluster.document, apiVersion, current, next }));
  const kind = takesRestart(current, next) ? databaseKinds.restart : databaseKinds.update;
  const work = { kind, resourceId: database.id };
  const operation = await beginWork(services, tx, cluster, work);
  const saved = await saveDatabase(tx, database, { ...current, ...next, ...waitingFor(operation, "Updating") }, nowMs);
  const body = bodyOf(services, saved, request);
  const isAccepted = operation !== undefined && status === 202;
  const answer = isAccepted ? { status, operation } : { status: 200, body, operation };
  return { databaseId: database.id, operation, answer: writeResponse(services, request, answer) };
}
