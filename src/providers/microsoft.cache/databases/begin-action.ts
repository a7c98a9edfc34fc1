import type { ArmRequest, ArmResponse } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { beginWork, writeResponse, type CacheServices } from "../cache-type.ts";
import type { StoredCluster } from "../clusters/cluster.ts";
import { operationNotAllowed, refuseFaults, type Fault } from "../errors.ts";
import { databases, requireWritableDatabase, waitingFor, type StoredDatabase } from "./database.ts";

/** Begins an action that always outlasts its response: 202, followed like any other operation. */
export const beginAction = (
  services: CacheServices,
  request: ArmRequest,
  action: {
    readonly work: { readonly name: string };
    readonly input?: JsonObject;
    /** @throws ArmError when the database does not allow it. */
    readonly check: (database: StoredDatabase, cluster: StoredCluster) => void;
  },
): Promise<ArmResponse> =>
  write(services, request, async (tx, nowMs) => {
    const { cluster, database } = await requireWritableDatabase(tx, request.resourceId);
    action.check(database, cluster);
    const input = { ...action.input, answersResource: false };
    const work = { kind: action.work.name, resourceId: database.id, input };
    const operation = await beginWork(services, tx, cluster, work);
    const document = { ...database.document, ...waitingFor(operation, "Updating") };
    await databases.update(tx, database, { document }, nowMs);
    return { response: writeResponse(services, request, { status: 202, operation }) };
  });

/** Lets an action on a Redis pass. @throws ArmError when there is none, or there are faults. */
export function checkRedisAction({ dataPlane }: CacheServices, faults: readonly Fault[] = []): void {
  if (dataPlane !== undefined) return refuseFaults(faults);
  throw operationNotAllowed("The database has no Redis server to do this with, because the data plane is not running.");
}
