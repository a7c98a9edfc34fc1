import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const checkout = resolve(import.meta.dirname, "../..");

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => found(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

const started: ChildProcess[] = [];

/** A temporary folder. It is removed after `use`, and programs that were started meanwhile are ended. */
export async function withTempDir<Result>(use: (dir: string) => Promise<Result>): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), "cuprite-bench-"));
  try {
    return await use(dir);
  } finally {
    for (const program of started.splice(0)) await stopProgram(program);
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Where a command runs: a checkout, by default this one, and what is different in its environment. */
export interface Place {
  readonly cwd?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts a program of a checkout on the Node that runs the benchmark; what it complains of is shown. */
export const startProgram = (args: readonly string[], place: Place = {}): ChildProcess =>
  startCommand(process.execPath, args, place);

/** Starts any command in a checkout. */
export function startCommand(command: string, args: readonly string[], place: Place = {}): ChildProcess {
  const { cwd = checkout, env = {} } = place;
  const program = spawn(command, [...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  started.push(program);
  return program;
}

/** Resolves once a program's output matches. */
export function outputOf(program: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((found, failed) => {
    let output = "";
    program.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const match = pattern.exec(output);
      if (match !== null) found(match);
    });
    program.once("exit", (code) => failed(new Error(`The program ended with ${code} before it was ready:\n${output}`)));
  });
}

/** Stops a program and waits for its end. */
export async function stopProgram(program: ChildProcess): Promise<void> {
  if (program.exitCode !== null || program.signalCode !== null) return;
  const ended = new Promise((resolved) => program.once("exit", resolved));
  program.kill("SIGTERM");
  await ended;
}
