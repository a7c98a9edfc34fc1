import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { runCommand, type CommandResult } from "./run-command.ts";

/** The checkout's folder. */
export const checkout = fileURLToPath(new URL("../..", import.meta.url));

const cuprite = fileURLToPath(new URL("../../bin/cuprite.js", import.meta.url));

/** Runs `cuprite …` to its end. */
export const runCuprite = (args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<CommandResult> =>
  runCommand(process.execPath, [cuprite, ...args], { env });

/** A running `cuprite start`. */
export interface Program {
  pid: number;
  origin: string;
  caPemPath: string;
  managedIdentityUrl: string;
  /** What it printed until it was ready. */
  greeting: string;
  /** What it has written to standard error. */
  errors(): string;
  /** Sends a signal and waits for the end; `SIGKILL` is a crash. */
  stop(signal?: "SIGINT" | "SIGTERM" | "SIGKILL"): Promise<{ code: number | null; signal: string | null }>;
}

/** How long a program that a test has left running may take to end, with the servers that it started. */
const endWithinMs = 10_000;

interface ProgramOptions {
  dataDir: string;
  args?: readonly string[];
  /** The Node to run it with. */
  node?: string;
  /** What is different in its environment. */
  env?: NodeJS.ProcessEnv;
}

/** Starts `cuprite start` on free ports and waits until it is ready. It is ended when the test is over. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { ready, end } = spawnProgram(options);
  onTestFinished(end);
  return await ready;
}

/** The same for a program that several tests use: it runs until `end`. */
export function spawnProgram(options: ProgramOptions): { ready: Promise<Program>; end: () => Promise<void> } {
  const { dataDir, args = [], node = process.execPath } = options;
  // When the test's own process is killed, nothing else ends the program.
  const env = { ...process.env, CUPRITE_STOP_WITH_PARENT: "true", ...options.env };
  const startArgs = ["start", "--port", "0", "--data-dir", dataDir, "--log-level", "warn", ...args];
  const child = spawn(node, [cuprite, ...startArgs], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit") as Promise<[number | null, string | null]>;
  const end = async (): Promise<void> => {
    const late = setTimeout(() => child.kill("SIGKILL"), endWithinMs);
    child.kill("SIGTERM");
    await ended;
    clearTimeout(late);
  };
  return { ready: untilReady(child, ended), end };
}

async function untilReady(
  child: ChildProcessByStdio<null, Readable, Readable>,
  ended: Promise<[number | null, string | null]>,
): Promise<Program> {
  const errors: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  const greeting = await readUntil(child.stdout, "Ctrl+C stops it.");
  if (greeting === undefined) throw new Error(`cuprite start ended early:\n${Buffer.concat(errors).toString()}`);
  const field = (name: string): string => new RegExp(`^ +${name} +(.+)$`, "m").exec(greeting)?.[1] ?? "";
  return {
    pid: child.pid ?? 0,
    origin: field("Resource Manager"),
    caPemPath: field("CA certificate"),
    managedIdentityUrl: field("Managed identity"),
    greeting,
    errors: () => Buffer.concat(errors).toString(),
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      const [code, by] = await ended;
      return { code, signal: by };
    },
  };
}

/** The lines up to the one that is `last`; undefined when the stream ends before. */
async function readUntil(stream: NodeJS.ReadableStream, last: string): Promise<string | undefined> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: stream })) {
    lines.push(line);
    if (line === last) {
      stream.resume();
      return lines.join("\n");
    }
  }
  return undefined;
}
