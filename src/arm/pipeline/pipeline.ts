import type { ArmResponse } from "../resource-type.ts";
import { authenticate } from "./authenticate.ts";
import { authorize, checkLocks } from "./authorize.ts";
import { checkApiVersion, checkRegistration, resolveOperation, resolveType } from "./resolve-type.ts";
import type { Exchange, Gate, PipelineServices, Step } from "./exchange.ts";
import { findParents, findResourceGroup, findSubscription } from "./find-scope.ts";
import { handle } from "./handle.ts";
import { readBody, readPath } from "./read-request.ts";
import { setCommonHeaders } from "../answer-headers.ts";

const gatesBeforeBody: readonly Gate[] = [resolveType, checkApiVersion, resolveOperation];

const gatesAfterBody: readonly Gate[] = [
  checkRegistration,
  findResourceGroup,
  authorize,
  checkLocks,
  findParents,
  handle,
];

/** Every gate in order: which refusal wins when several apply is decided here and nowhere else. */
export const pipeline: readonly Step[] = [
  setCommonHeaders,
  readPath,
  authenticate,
  findSubscription,
  ...gatesBeforeBody,
  readBody,
  ...gatesAfterBody,
];

/** The gates that a PUT from inside the server passes: its caller is known, and its body is read. */
export const internalGates: readonly Gate[] = [...gatesBeforeBody, ...gatesAfterBody];

/** Takes an exchange through all gates. */
export async function runPipeline(exchange: Exchange, services: PipelineServices): Promise<ArmResponse> {
  for (const step of pipeline) {
    const outcome = step(exchange, services);
    const response = outcome instanceof Promise ? await outcome : outcome;
    if (response !== undefined) return response;
  }
  throw new Error("The pipeline's last step gave no answer.");
}
