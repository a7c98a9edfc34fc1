import { describe, expect, test } from "vitest";
import { connectionEvents, connectionStates, transition } from "../../../src/private-link/state-machine.ts";

/** One line a state, one column an event in the order of `connectionEvents`; a word in brackets is a refusal. */
const expected = {
  Absent: "Pending Approved (notFound) Absent (notFound) (notFound) (notFound) Absent",
  Pending: "(exists) (exists) Pending Absent Approved Rejected Pending Disconnected",
  Approved: "(exists) (exists) Approved Absent Approved Rejected Approved Disconnected",
  Rejected: "(exists) (exists) Rejected Absent (deniedForGood) Rejected Rejected Disconnected",
  Disconnected: "(disconnected) (disconnected) (disconnected) Absent (notFound) (notFound) (notFound) Disconnected",
} as const;

describe.each(connectionStates)("a connection that is %s", (state) => {
  const columns = expected[state].split(" ");

  test.each(connectionEvents.map((event, column) => [event, columns[column]] as const))(
    "on %s becomes %s",
    (event, to) => {
      const outcome = transition(state, event);
      expect("to" in outcome ? outcome.to : `(${outcome.refusal})`).toBe(to);
    },
  );
});

test("every pair of state and event has an expectation", () => {
  for (const state of connectionStates) expect(expected[state].split(" ")).toHaveLength(connectionEvents.length);
});
