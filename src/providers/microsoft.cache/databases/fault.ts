import { ArmError } from "../../../arm/arm-error.ts";
import type { ErrorCode } from "../../../arm/arm-error.ts";

/** What is wrong with a write, and where in its body. */
export interface Fault {
  readonly message: string;
  readonly target: string;
}

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

/** Something that Azure does and Cuprite does not: 400, since sending it again will not help. */
export const unsupported = (what: string): ArmError =>
  new ArmError({ code: "OperationNotAllowed", speaker: "provider", message: unsupportedSentence(what) });

export const unsupportedSentence = (what: string): string =>
  `${what} is not supported by Cuprite; see docs/differences-from-azure.md.`;
