/** One thing that is wrong with a body. */
export interface Fault {
  /** The path of a property: `properties.encryption`. */
  readonly target: string;
  readonly message: string;
}

export const missing = (target: string): Fault => ({ target, message: `The property '${target}' is required.` });

const longestShown = 200;

/** A value that a rule refuses; `why` goes on after "The value '…' of property '…' ". */
export function refused(target: string, value: string, why: string): Fault {
  const shown = value.length > longestShown ? `${value.slice(0, longestShown)}…` : value;
  return { target, message: `The value '${shown}' of property '${target}' ${why}` };
}

/** `'a', 'b'`. */
export const quoted = (words: readonly (string | number)[]): string => words.map((word) => `'${word}'`).join(", ");
