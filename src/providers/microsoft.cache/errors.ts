import { ArmError } from "../../arm/arm-error.ts";
import type { ErrorCode } from "../../arm/arm-error.ts";
import { unsupportedSentence } from "./fault.ts";
import type { Fault } from "./fault.ts";

/*
 * Every refusal of Microsoft.Cache except those of bodies of the wrong shape (`bodySchema`) and of children that are not
 * there (`providerResourceNotFound`). What they share – a target that is null, and the ids and the time of the request at the
 * end of the message – is put on when they are written (`renderError`).
 */

const refusal = (code: ErrorCode, message: string): ArmError => new ArmError({ code, speaker: "provider", message });

/** A request that contradicts a rule. */
export const badRequest = (message: string): ArmError => refusal("BadRequest", message);

/** The same, of one property or of the `name`; no answer shows which, but a preflight asks. */
const badValue = ({ message, target }: Fault): ArmError =>
  new ArmError({ code: "BadRequest", speaker: "provider", message, target });

/** Lets a write without faults pass. @throws ArmError that tells all of them; several are its details, with their properties. */
export function refuseFaults(faults: readonly Fault[]): void {
  const [first] = faults;
  if (first === undefined) return;
  if (faults.length === 1) throw badValue(first);
  const code: ErrorCode = "BadRequest";
  throw new ArmError({
    code,
    speaker: "provider",
    message: `The request breaks ${faults.length} rules.`,
    details: faults.map((fault) => ({ code, ...fault })),
  });
}

/** A name that the type cannot have; `what` is the type in words, `rule` a sentence about it. */
export const invalidName = (what: string, name: string, rule: string): ArmError =>
  refusal("InvalidResourceName", `The ${what} name '${name}' is not valid. ${rule}`);

/** Any other name than the one of databases (recorded 2026). */
export const databaseNameRefused = (): ArmError =>
  badValue({
    target: "name",
    message: "You can currently only create or update a single RedisEnterprise database which must be named 'default'.",
  });

/** A new cluster of the older kind (quoted by users since April 2026). */
export const enterpriseIsRetired = (): ArmError =>
  badValue({
    target: "sku.name",
    message:
      "Creation of new Azure Cache for Redis Enterprise resources is no longer supported. " +
      "Azure Cache for Redis Enterprise is retiring, please create Azure Managed Redis instead.",
  });

/** A denied connection that is to be approved (documented). */
export const deniedForGood = (): ArmError =>
  badRequest(
    "Connections that have been previously denied can't be approved. You must remove the connection and create a new one.",
  );

/** A resource that is in the middle of something (wording of the classic Redis provider, recorded). */
export const busy = (resourceId: string): ArmError =>
  refusal(
    "Conflict",
    `The resource '${resourceId}' is busy processing a previous update request or is undergoing system maintenance.  ` +
      "As such, it is currently unable to accept the update request.  Please try again later.",
  );

/** What the resource is in no condition for, however often it is asked. */
export const operationNotAllowed = (message: string): ArmError => refusal("OperationNotAllowed", message);

/** Something that Azure does and Cuprite does not: 400, since sending it again will not help. */
export const unsupported = (what: string): ArmError => operationNotAllowed(unsupportedSentence(what));

/** An approval that needs more than the right to it (the code is what its developers report, 2026). */
export const approvalForbidden = (connection: string, subscriptionId: string): ArmError =>
  refusal(
    "Forbidden",
    `The private endpoint connection '${connection}' cannot be approved because the subscription '${subscriptionId}' of ` +
      "its private endpoint is not registered to use namespace 'Microsoft.Cache'.",
  );
