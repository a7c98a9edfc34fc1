import { ArmError } from "../../arm/arm-error.ts";
import type { ErrorCode } from "../../arm/arm-error.ts";

/** What is wrong with a write, and where in its body. */
export interface Fault {
  readonly message: string;
  /** The path of a property: `properties.encryption`. */
  readonly target: string;
}

export const missing = (target: string): Fault => ({ target, message: `The property '${target}' is required.` });

/** A value that a rule refuses; `why` goes on after "The value '…' of property '…' ". */
export const refused = (target: string, value: string, why: string): Fault => ({
  target,
  message: `The value ${shown(value)} of property '${target}' ${why}`,
});

/** A fault in a property, if there is one; `property` is its path below `properties`. */
export const faultIf = (isWrong: boolean, property: string, message: string): readonly Fault[] =>
  isWrong ? [{ target: `properties.${property}`, message }] : [];

/** Lets a write without faults pass. @throws ArmError that tells all of them. */
export function refuseFaults(faults: readonly Fault[]): void {
  const [first] = faults;
  if (first === undefined) return;
  const code: ErrorCode = "BadRequest";
  if (faults.length === 1) throw new ArmError({ code, speaker: "provider", ...first });
  throw new ArmError({
    code,
    speaker: "provider",
    message: `The request breaks ${faults.length} rules.`,
    target: first.target,
    details: faults.map((fault) => ({ code, ...fault })),
  });
}

const longestShown = 200;

/** A caller's text as a message shows it. */
export const shown = (text: string): string =>
  text.length > longestShown ? `'${text.slice(0, longestShown)}…'` : `'${text}'`;

/** `'a', 'b'`. */
export const quoted = (words: readonly (string | number)[]): string => words.map((word) => `'${word}'`).join(", ");

/** Something that Azure does and Cuprite does not: 400, since sending it again will not help. */
export const unsupported = (what: string): ArmError =>
  new ArmError({ code: "OperationNotAllowed", speaker: "provider", message: unsupportedSentence(what) });

export const unsupportedSentence = (what: string): string =>
  `${what} is not supported by Cuprite; see docs/differences-from-azure.md.`;
