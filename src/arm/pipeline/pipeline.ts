import type { ArmResponse } from "../resource-type.ts";
import { authenticate } from "./authenticate.ts";
import { authorize, checkLocks } from "./authorize.ts";
import { checkApiVersion, checkRegistration, resolveOperation, resolveType } from "./resolve-type.ts";
import type { Exchange, Gate, Step } from "./exchange.ts";
import { findParents, findResourceGroup, findSubscription } from "./find-scope.ts";
import { handle } from "./handle.ts";
import { readBody, readPath } from "./read-request.ts";

const gatesBeforeBody: readonly Gate[] = [resolveType, checkApiVersion, resolveOperation];

const gatesAfterBody: readonly Gate[] = [
  checkRegistration,
  findResourceGroup,
  authorize,
  checkLocks,
  findParents,
  handle,
];

/** Every step in order. When several refusals apply, this order decides which one is returned. */
export const pipeline: readonly Step[] = [
  readPath,
  authenticate,
  findSubscription,
  ...gatesBeforeBody,
  readBody,
  ...gatesAfterBody,
];

/** The gates that a PUT from inside the server passes: its caller is known, and its body is read. */
export const internalGates: readonly Gate[] = [...gatesBeforeBody, ...gatesAfterBody];

/** Takes an exchange through steps, and resolves to the response of the first that has one. */
export async function runSteps<Services>(
  exchange: Exchange,
  steps: readonly Step<Services>[],
  services: Services,
): Promise<ArmResponse> {
  for (const step of steps) {
    const outcome = step(exchange, services);
    const response = outcome instanceof Promise ? await outcome : outcome;
    if (response !== undefined) return response;
  }
  throw new Error("The last step did not respond.");
}
