import type { Clock } from "../../kernel/clock.ts";
import type { Store } from "../../store/store.ts";
import type { ArmResponse } from "../arm-response.ts";
import type { Caller, VerifyToken } from "../caller.ts";
import type { QuotaCounters } from "../quota.ts";
import type { Registry } from "../registry.ts";
import type { UnservedBook } from "../unserved.ts";
import { authenticate } from "./authenticate.ts";
import { authorize } from "./authorize.ts";
import { checkApiVersion } from "./check-api-version.ts";
import { checkLocks } from "./check-locks.ts";
import { checkRegistration } from "./check-registration.ts";
import type { Exchange } from "./exchange.ts";
import { findParents } from "./find-parents.ts";
import { findResourceGroup } from "./find-resource-group.ts";
import { findSubscription } from "./find-subscription.ts";
import { handle } from "./handle.ts";
import { readBody } from "./read-body.ts";
import { readPath } from "./read-path.ts";
import { resolveOperation } from "./resolve-operation.ts";
import { resolveType } from "./resolve-type.ts";
import { setCommonHeaders } from "./set-common-headers.ts";

/** Decides whether a caller may do something. */
export type MayDo = (request: { caller: Caller; action: string; scope: string }) => Promise<boolean>;

/** Whether a caller has any right at all to a scope ("" for the tenant), to what is above it or to what is in it. */
export type IsInsider = (request: { caller: Caller; scope: string }) => Promise<boolean>;

/** The ids of the scopes whose locks stand against an operation on the resource with this id. */
export type LockedScopes = (request: {
  resourceId: string;
  operation: "write" | "delete";
}) => Promise<readonly string[]>;

/** What the gates work with that a request passes once its caller is known. */
export interface GateServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly mayDo: MayDo;
  readonly isInsider: IsInsider;
  readonly lockedScopes: LockedScopes;
}

/** What the steps work with. */
export interface PipelineServices extends GateServices {
  readonly verifyToken: VerifyToken;
  readonly quota: QuotaCounters;
  /** Counts requests for what there is none of. */
  readonly unserved: UnservedBook;
  /** The tenant that challenges send clients to. */
  readonly tenantId: string;
}

/** Lets the exchange pass, throws an ArmError, or (the last one) answers. */
export type Step<Services = PipelineServices> = (
  exchange: Exchange,
  services: Services,
) => ArmResponse | undefined | Promise<ArmResponse | undefined>;

/** A step that needs no more than the caller and the body: requests from inside the server pass it too. */
export type Gate = Step<GateServices>;

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
