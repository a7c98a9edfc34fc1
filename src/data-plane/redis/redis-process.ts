import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import type { Clock } from "../../kernel/clock.ts";
import { findProcess } from "../../kernel/process-table.ts";
import type { Closable } from "../../kernel/shutdown.ts";
import { redisLimits } from "../limits.ts";
import type { RedisBinary } from "./redis-binary.ts";

/** How much of what a server wrote is kept, to report why it ended. */
const maxOutputLength = 2_000;

/** How long to wait for a server's last output after its end. */
const lastOutputMs = 100;

/** One process of a Redis server. */
export class RedisProcess implements Closable {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  #output = "";
  /** Resolves when the server has ended, with a sentence that says how. Never rejects. */
  readonly ended: Promise<string>;

  private constructor(child: ChildProcess, clock: Clock) {
    this.#child = child;
    this.#clock = clock;
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-maxOutputLength);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    this.ended = once(child, "exit").then(
      async ([code, signal]) => {
        // The last output may arrive after the exit, and a child of the server may hold the pipe open.
        await Promise.race([closed, delay(lastOutputMs, undefined, { ref: false })]);
        return `It ended with ${String(signal ?? code)}. ${this.lastLine}`.trimEnd();
      },
      (cause: unknown) => `It could not be run: ${String(cause)}`,
    );
  }

  /**
   * Spawns a server in `folder`. Its configuration goes through standard input, since it holds secrets. It has its own
   * session, so that a terminal's Ctrl+C reaches only us, and it ends when we end, even when we are killed.
   */
  static async start(options: {
    binary: RedisBinary;
    folder: string;
    config: readonly string[];
    clock: Clock;
  }): Promise<RedisProcess> {
    const { binary, folder, config, clock } = options;
    const program = binary.setpriv ?? binary.path;
    const args = binary.setpriv === undefined ? ["-"] : ["--pdeathsig", "TERM", "--", binary.path, "-"];
    const env = { PATH: process.env["PATH"], LC_ALL: "C" };
    const child = spawn(program, args, { cwd: folder, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    const started = new RedisProcess(child, clock);
    child.stdin?.on("error", () => undefined); // It ended before it had read everything; `ended` says why.
    child.stdin?.end(`${config.join("\n")}\n`);
    child.unref();
    if (binary.setpriv === undefined) endWithUs(child);
    if (child.pid !== undefined) await recordProcess(folder, child.pid);
    return started;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The last 2,000 characters that it wrote. */
  get output(): string {
    return this.#output;
  }

  /** The last line that it wrote; empty when it wrote nothing. */
  get lastLine(): string {
    return this.#output.trimEnd().split("\n").at(-1) ?? "";
  }

  /** Lets the server save its data, and kills it when that takes too long. */
  async close(): Promise<void> {
    this.#child.kill("SIGTERM");
    const cancel = this.#clock.wakeIn(redisLimits.stopMs, () => this.#child.kill("SIGKILL"));
    await this.ended;
    cancel();
  }
}

/** Where the kernel does not end a server with us, a shell does: its input ends when we do. */
function endWithUs(server: ChildProcess): void {
  if (server.pid === undefined) return;
  const script = 'while read -r _; do :; done; kill -TERM "$1"';
  const shell = spawn("/bin/sh", ["-c", script, "sh", String(server.pid)], {
    detached: true,
    env: {},
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.on("error", () => undefined); // There is no shell: our next start ends the server.
  shell.stdin.on("error", () => undefined);
  shell.unref();
  server.once("exit", () => shell.kill("SIGKILL"));
}

interface ProcessRecord {
  readonly pid: number;
  /** When it began, as the system reports it: a later process with the same id has another. */
  readonly startedAt: string;
}

const recordPath = (folder: string): string => join(folder, "process.json");

/** Records which process serves a database's folder, so that our next start can end it if we are killed. */
export async function recordProcess(folder: string, pid: number): Promise<void> {
  const startedAt = await startOf(pid);
  if (startedAt !== undefined) await writeFile(recordPath(folder), JSON.stringify({ pid, startedAt }), { mode: 0o600 });
}

/** Ends the server that a killed predecessor left running in a folder, and waits until it is gone. */
export async function endOrphanedServer(folder: string, clock: Clock): Promise<void> {
  const record = await readRecord(folder);
  if (record !== undefined) await endProcess(record, clock);
  await rm(recordPath(folder), { force: true });
}

const pollIntervalMs = 20;

async function endProcess({ pid, startedAt }: ProcessRecord, clock: Clock): Promise<void> {
  const killAtMs = clock.steadyMs() + redisLimits.stopMs;
  let signal: NodeJS.Signals | 0 = "SIGTERM";
  while ((await startOf(pid)) === startedAt) {
    if (!send(pid, signal)) return;
    signal = clock.steadyMs() > killAtMs ? "SIGKILL" : 0;
    await new Promise<void>((resolve) => clock.wakeIn(pollIntervalMs, resolve));
  }
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // It has ended in the meantime, or is not ours.
  }
}

async function readRecord(folder: string): Promise<ProcessRecord | undefined> {
  try {
    const { pid, startedAt } = JSON.parse(await readFile(recordPath(folder), "utf8")) as Partial<ProcessRecord>;
    return typeof pid === "number" && typeof startedAt === "string" ? { pid, startedAt } : undefined;
  } catch {
    return undefined; // There is none, or it was only partly written.
  }
}

const run = promisify(execFile);

/** undefined when there is no such process. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    if (process.platform !== "linux") return (await run("ps", ["-o", "lstart=", "-p", String(pid)])).stdout.trim();
    return findProcess(pid)?.startedAt;
  } catch {
    return undefined;
  }
}
