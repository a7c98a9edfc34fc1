import { ArmError, type ErrorCode } from "../../arm/arm-error.ts";

/*
 * Every refusal of Microsoft.Cache, except of bodies of the wrong shape (`bodySchema`) and of children that do not exist
 * (`providerResourceNotFound`). `renderError` adds what all have in common: a target that is null, and the ids and the
 * time of the request at the end of the message.
 */

/** What is wrong with a write, and where in its body. */
export interface Fault {
  readonly message: string;
  /** The path of a property: `properties.encryption`. */
  readonly target: string;
}

export const missing = (target: string): Fault => ({ target, message: `The property '${target}' is required.` });

/** A value that a rule refuses; `why` completes the sentence "The value '…' of property '…' ". */
export const refused = (target: string, value: string, why: string): Fault => ({
  target,
  message: `The value ${shown(value)} of property '${target}' ${why}`,
});

/** A list of one fault if `isWrong`, else of none; `property` is a path below `properties`. */
export const faultIf = (isWrong: boolean, property: string, message: string): readonly Fault[] =>
  isWrong ? [{ target: `properties.${property}`, message }] : [];

const maxShownCharacters = 200;

/** A caller's text as messages quote it. */
export const shown = (text: string): string =>
  text.length > maxShownCharacters ? `'${text.slice(0, maxShownCharacters)}…'` : `'${text}'`;

/** `'a', 'b'`. */
export const quoted = (words: readonly (string | number)[]): string => words.map((word) => `'${word}'`).join(", ");

/** The sentence for something that Azure does and Cuprite does not. */
export const unsupportedSentence = (what: string): string =>
  `${what} is not supported by Cuprite; see docs/differences-from-azure.md.`;

const refusal = (code: ErrorCode, message: string): ArmError => new ArmError({ code, speaker: "provider", message });

/** A request that contradicts a rule. */
export const badRequest = (message: string): ArmError => refusal("BadRequest", message);

/** The same for one property or the `name`. Only preflight answers show the target. */
const badValue = ({ message, target }: Fault): ArmError =>
  new ArmError({ code: "BadRequest", speaker: "provider", message, target });

/** @throws ArmError when there are faults; several are listed in its details, each with its property. */
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

/** A name that the type does not allow; `what` is the type in words, `rule` a sentence. */
export const invalidName = (what: string, name: string, rule: string): ArmError =>
  refusal("InvalidResourceName", `The ${what} name '${name}' is not valid. ${rule}`);

/** A database that is not named 'default' (recorded 2026). */
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

/** The approval of a rejected connection (documented). */
export const deniedForGood = (): ArmError =>
  badRequest(
    "Connections that have been previously denied can't be approved. You must remove the connection and create a new one.",
  );

/** A resource with a write in progress (wording of the classic Redis provider, recorded). */
export const busy = (resourceId: string): ArmError =>
  refusal(
    "Conflict",
    `The resource '${resourceId}' is busy processing a previous update request or is undergoing system maintenance.  ` +
      "As such, it is currently unable to accept the update request.  Please try again later.",
  );

/** Something that the resource, as it is, does not allow. */
export const operationNotAllowed = (message: string): ArmError => refusal("OperationNotAllowed", message);

/** Something that Azure does and Cuprite does not: 400, since a retry does not help. */
export const unsupported = (what: string): ArmError => operationNotAllowed(unsupportedSentence(what));

/** An approval while Microsoft.Cache is not registered in the endpoint's subscription (developers reported the code in 2026). */
export const approvalForbidden = (connection: string, subscriptionId: string): ArmError =>
  refusal(
    "Forbidden",
    `The private endpoint connection '${connection}' cannot be approved because the subscription '${subscriptionId}' of ` +
      "its private endpoint is not registered to use namespace 'Microsoft.Cache'.",
  );
