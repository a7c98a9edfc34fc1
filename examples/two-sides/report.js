// What the walk-through prints: a line for everything that a side sees, which has to be what is expected.
import assert from "node:assert/strict";

let steps = 0;

/** Begins a step. */
export function step(title) {
  steps += 1;
  console.log(`${steps}. ${title}`);
}

/** Prints what a side sees, and ends the program when that is not what was expected. */
export function sees(side, what, seen, expected) {
  console.log(`   ${side.padEnd(9)} ${what.padEnd(33)} ${seen}`.trimEnd());
  assert.equal(seen, expected, `The ${side} was to see '${expected}' (${what}).`);
}

/** Prints how a side is refused; `expected` is status and code. Answers the message. */
export async function isRefused(side, what, attempt, expected) {
  const error = await attempt.then(
    () => ({ statusCode: "not refused" }),
    (reason) => reason,
  );
  if (error.statusCode === undefined) throw error;
  sees(side, what, `${error.statusCode} ${error.code ?? ""}`.trimEnd(), expected);
  return error.message;
}
