import type { ArmResponse } from "../../../arm/arm-response.ts";
import { missingBody } from "../../../arm/errors.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { hasFeature, versionsWith } from "../api-versions.ts";
import type { ClusterDocument } from "../clusters/cluster-document.ts";
import { beginWork, writeResponse } from "../cache-type.ts";
import { readExportRequest, readFlushRequest, readImportRequest } from "./data-requests.ts";
import { requireWritableDatabase } from "./database-access.ts";
import { newestRedisVersion } from "./database-document.ts";
import type { DatabaseDocument } from "./database-document.ts";
import { databaseKinds } from "./database-operations.ts";
import { databaseAction } from "./database-services.ts";
import type { DatabaseServices } from "./database-services.ts";
import { waitingFor } from "./database-states.ts";
import { saveDatabase } from "./database-store.ts";
import { operationNotAllowed, refuseFaults, shown } from "../errors.ts";
import type { Fault } from "../errors.ts";

/** Replaces the keys by those of dumps. */
export const importDatabase = (services: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/import/action`,
  display: { operation: "Import Database", description: "Imports data into a database." },
  body: "required",
  async handle(request) {
    const sasUris = readImportRequest(request.body, request.apiVersion);
    const faults = await Promise.all(
      sasUris.map((sasUri, index) => dumpFaults(services, { sasUri, use: "import", target: `sasUris[${index}]` })),
    );
    return await act(services, request, {
      kind: databaseKinds.import,
      input: { sasUris: [...sasUris] },
      check: needsRedis(services, faults.flat()),
    });
  },
});

/** Writes a dump of the keys. */
export const exportDatabase = (services: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/export/action`,
  display: { operation: "Export Database", description: "Exports data from a database." },
  body: "required",
  async handle(request) {
    const sasUri = readExportRequest(request.body);
    const faults = await dumpFaults(services, { sasUri, use: "export", target: "sasUri" });
    const check = needsRedis(services, faults);
    return await act(services, request, { kind: databaseKinds.export, input: { sasUri }, check });
  },
});

/** Removes all keys. Databases that are linked with it would be flushed too; there are none. */
export const flushDatabase = (services: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/flush/action`,
  display: { operation: "Flush Database", description: "Removes all keys of a database." },
  body: "optional",
  apiVersions: versionsWith("flush"),
  handle(request) {
    if (request.body === undefined && !hasFeature(request.apiVersion, "flushWithoutBody")) throw missingBody();
    const ids = readFlushRequest(request.body);
    const check = (subject: Subject): void => {
      refuseFaults(
        ids.map((id, index) => ({
          target: `ids[${index}]`,
          message: `The database ${shown(id)} is not linked with '${subject.id}'.`,
        })),
      );
      needsRedis(services)();
    };
    return act(services, request, { kind: databaseKinds.flush, input: {}, check });
  },
});

/** Takes a database to the newest Redis version; declared with 202 alone, so never done before the answer. */
export const upgradeRedisVersion = (services: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/upgradeDBRedisVersion/action`,
  display: {
    operation: "Upgrade Database Redis Version",
    description: "Upgrades a database to the newest Redis version.",
  },
  apiVersions: versionsWith("upgradeRedisVersion"),
  async handle(request) {
    const installed = await services.dataPlane?.installedVersion();
    const check = ({ id, database, cluster }: Subject): void => {
      const running = services.dataPlane?.redisVersion(id) ?? database.redisVersion;
      refuseUpgrade(id, { running, newest: installed ?? newestRedisVersion[cluster.kind] });
    };
    return await act(services, request, { kind: databaseKinds.upgrade, input: {}, check });
  },
});

interface Subject {
  readonly id: string;
  readonly database: DatabaseDocument;
  readonly cluster: ClusterDocument;
}

interface Action {
  readonly kind: string;
  readonly input: JsonObject;
  /** @throws ArmError when the database cannot have it done. */
  readonly check: (subject: Subject) => void;
}

/** Begins an action that always takes longer than the answer may wait: 202, followed like any other operation. */
const act = (services: DatabaseServices, request: ArmRequest, { kind, input, check }: Action): Promise<ArmResponse> =>
  write(services, request, async (tx, nowMs) => {
    const { cluster, database } = await requireWritableDatabase(tx, request);
    check({ id: database.id, database: database.document, cluster: cluster.document });
    const work = { kind, resourceId: database.id, input: { ...input, answersResource: false } };
    const operation = await beginWork(services, tx, cluster, work);
    await saveDatabase(tx, database, { ...database.document, ...waitingFor(operation, "Updating") }, nowMs);
    return { response: writeResponse(services, request, { status: 202, operation }) };
  });

/** What a data plane has against a dump's URL, told without it. */
async function dumpFaults(
  { dataPlane }: DatabaseServices,
  { sasUri, use, target }: { sasUri: string; use: "import" | "export"; target: string },
): Promise<readonly Fault[]> {
  const why = await dataPlane?.dumpRefusal(sasUri, use);
  return why === undefined ? [] : [{ target, message: `The URL in property '${target}' ${why}` }];
}

const needsRedis =
  ({ dataPlane }: DatabaseServices, faults: readonly Fault[] = []) =>
  (): void => {
    if (dataPlane !== undefined) return refuseFaults(faults);
    throw operationNotAllowed(
      "The database has no Redis server to do this with, because the data plane is not running.",
    );
  };

/** @throws ArmError when a database runs the newest Redis, or one that is newer still. */
function refuseUpgrade(id: string, { running, newest }: { running: string; newest: string }): void {
  if (running.localeCompare(newest, "en", { numeric: true }) < 0) return;
  throw operationNotAllowed(`The database '${id}' already runs Redis ${running}, the newest version.`);
}
