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

const longestShown = 200;

/** A caller's text as a message shows it. */
export const shown = (text: string): string =>
  text.length > longestShown ? `'${text.slice(0, longestShown)}…'` : `'${text}'`;

/** `'a', 'b'`. */
export const quoted = (words: readonly (string | number)[]): string => words.map((word) => `'${word}'`).join(", ");

/** What is said of something that Azure does and Cuprite does not. */
export const unsupportedSentence = (what: string): string =>
  `${what} is not supported by Cuprite; see docs/differences-from-azure.md.`;
