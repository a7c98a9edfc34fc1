import { onTestFinished } from "vitest";
import { runCommandLine } from "../../src/cli/command-line.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { cliTerminal } from "./cli-terminal.ts";
import type { Program } from "./program.ts";

/** `cuprite start` in this process, so that what it runs is seen by the coverage gate. It ends with the test. */
export async function startInProcess(dataDir: string): Promise<Program> {
  const { terminal, printed, complaints, signal, firstPrint } = cliTerminal({ env: process.env });
  const args = ["start", "--port", "0", "--data-dir", dataDir, "--log-level", "silent"];
  const ended = runCommandLine(args, terminal);
  await Promise.race([firstPrint, ended]);
  const greeting = printed.join("\n");
  const field = (name: string): string => new RegExp(`^ +${name} +(.+)$`, "m").exec(greeting)?.[1] ?? "";
  const stop = async (): Promise<{ code: number; signal: null }> => {
    signal("SIGTERM");
    return { code: await ended, signal: null };
  };
  onTestFinished(async () => void (await stop()));
  return {
    pid: process.pid,
    origin: field("Resource Manager"),
    caPemPath: field("CA certificate"),
    managedIdentityUrl: field("Managed identity"),
    greeting,
    errors: () => complaints.join("\n"),
    stop,
  };
}

/** Runs another command in this process; resolves to its exit code, and what it printed on either stream. */
export async function runInProcess(
  args: readonly string[],
): Promise<{ code: number; printed: string; complaints: string }> {
  const { terminal, printed, complaints } = cliTerminal({ env: process.env });
  const code = await runCommandLine([...args], { ...terminal, clock: systemClock });
  return { code, printed: printed.join("\n"), complaints: complaints.join("\n") };
}
