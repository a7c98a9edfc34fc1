import type { ArmResponse } from "../../../arm/arm-response.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import { engineLimits } from "../../../operations/engine-limits.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Transaction } from "../../../store/store.ts";
import { writeResponse } from "../cache-type.ts";
import { databaseBody } from "./database-body.ts";
import type { DatabaseView } from "./database-body.ts";
import type { DatabaseServices } from "./database-services.ts";
import { findDatabase } from "./database-store.ts";
import type { StoredDatabase } from "./database-store.ts";

/**
 * A database as clients of an api-version read it, with the version that its Redis tells. One that is well by what was
 * written, but whose Redis does not come up, reads as failed for as long as that lasts.
 */
export function bodyOf(
  { dataPlane }: Pick<DatabaseServices, "dataPlane">,
  { id, document }: Pick<StoredDatabase, "id" | "document">,
  view: DatabaseView,
): object {
  const redisVersion = dataPlane?.redisVersion(id) ?? document.redisVersion;
  const isDown = document.provisioningState === "Succeeded" && dataPlane?.trouble(id) !== undefined;
  return databaseBody({ id, document: { ...document, redisVersion, ...(isDown ? down : {}) } }, view);
}

const down = { provisioningState: "Failed", resourceState: "EnableFailed" } as const;

/** What a write of a database has come to once it is durable. */
export interface WrittenDatabase {
  readonly databaseId: string;
  /** What says that work is under way, or that there is none. */
  readonly answer: ArmResponse;
  readonly operation: StoredOperation | undefined;
}

/**
 * The answer to a write, given when the database's Redis is as written. Under `--timing instant` it tells the end of work
 * that does not take longer than an answer may wait and succeeds; of other work it tells where to follow it.
 */
export async function whenApplied(
  services: DatabaseServices,
  request: ArmRequest,
  { databaseId, answer, operation }: WrittenDatabase,
): Promise<ArmResponse> {
  const { dataPlane, timing, operations, store } = services;
  if (operation === undefined) await dataPlane?.applied(databaseId);
  if (operation === undefined || timing.kind !== "instant") return answer;
  const ended = await operations.ended(operation.id, engineLimits.answerWaitMs);
  const database = ended?.status === "Succeeded" ? await findDatabase(store, databaseId) : undefined;
  if (database === undefined) return answer;
  const status = answer.status === 202 ? 200 : answer.status;
  const body = bodyOf(services, database, { apiVersion: request.apiVersion, isCreation: status === 201 });
  return writeResponse(services, request, { status, body, operation: undefined });
}

/** Writes in one transaction, and answers when the database's Redis knows of it. */
export async function writeApplied(
  services: DatabaseServices,
  request: ArmRequest,
  { databaseId, unit }: { databaseId: string; unit: (tx: Transaction, nowMs: number) => Promise<Written> },
): Promise<ArmResponse> {
  const answer = await write(services, request, unit);
  await services.dataPlane?.applied(databaseId);
  return answer;
}
