import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCommandLine } from "../../../../src/cli/command-line.ts";
import { cliTerminal } from "../../../support/cli-terminal.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const startOn = (dataDir: string): string[] => ["start", "--port", "0", "--data-dir", dataDir, "--log-level", "silent"];

test("start prints the greeting when it is ready, and exits with 0 after a signal", async () => {
  const { terminal, printed, complaints, signal, firstPrint } = cliTerminal();
  const ended = runCommandLine(startOn(await tempDir()), terminal);
  await firstPrint;
  expect(printed.join("\n")).toMatch(/^Cuprite .* is ready\.$/m);
  signal("SIGTERM");
  expect(await ended).toBe(0);
  expect(complaints).toEqual([]);
});

test("a signal during the start stops the server once it has started", async () => {
  const { terminal, printed, signal } = cliTerminal();
  const ended = runCommandLine(startOn(await tempDir()), terminal);
  signal("SIGINT");
  expect(await ended).toBe(0);
  expect(printed).toHaveLength(1);
});

test("start fails with one sentence when a TLS file is damaged", async () => {
  const dataDir = await tempDir();
  await writeFile(join(dataDir, "ca.pem"), "foreign");
  const { terminal, printed, complaints } = cliTerminal();
  expect(await runCommandLine(startOn(dataDir), terminal)).toBe(1);
  expect(printed).toEqual([]);
  expect(complaints).toEqual([expect.stringContaining(`${join(dataDir, "ca.pem")} exists without its key`)]);
});
