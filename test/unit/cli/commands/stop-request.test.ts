import { expect, test } from "vitest";
import { stopRequest } from "../../../../src/cli/commands/start.ts";
import { cliTerminal } from "../../../support/cli-terminal.ts";

test.for(["SIGINT", "SIGTERM"] as const)("%s requests a stop and does not end the process", async (name) => {
  const { terminal, signal, exits } = cliTerminal();
  const requested = stopRequest(terminal, { stopWithParent: false });
  signal(name);
  await requested;
  expect(exits).toEqual([]);
});

test("a Ctrl+C that npm repeats is not a second request", async () => {
  const { terminal, signal, exits, clock } = cliTerminal();
  const requested = stopRequest(terminal, { stopWithParent: false });
  signal("SIGINT");
  await clock.advance(500);
  signal("SIGINT");
  await requested;
  expect(exits).toEqual([]);
});

test.for([
  { name: "SIGINT", code: 130 },
  { name: "SIGTERM", code: 143 },
] as const)("a second signal, $name, ends the process at once with $code", async ({ name, code }) => {
  const { terminal, signal, exits, clock } = cliTerminal();
  const requested = stopRequest(terminal, { stopWithParent: false });
  signal("SIGTERM");
  await requested;
  await clock.advance(501);
  signal(name);
  expect(exits).toEqual([code]);
});

test("the end of a parent requests a stop, and ends the process with 143 if that takes longer than 1.5 seconds", async () => {
  const { terminal, endParent, exits, clock } = cliTerminal();
  const requested = stopRequest(terminal, { stopWithParent: true });
  endParent();
  await requested;
  await clock.advance(1_499);
  expect(exits).toEqual([]);
  await clock.advance(1);
  expect(exits).toEqual([143]);
});

test("a closed terminal requests a stop, and ends the process with 129 if that takes longer than 1.5 seconds", async () => {
  const { terminal, signal, exits, clock } = cliTerminal();
  const requested = stopRequest(terminal, { stopWithParent: false });
  signal("SIGHUP");
  await requested;
  await clock.advance(1_499);
  expect(exits).toEqual([]);
  await clock.advance(1);
  expect(exits).toEqual([129]);
});
