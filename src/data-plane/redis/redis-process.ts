import { execFile, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
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

/** How much of what a server wrote is kept, to tell why it ended. */
const maxOutputLength = 2_000;

const lastWordsMs = 100;

/** One run of a Redis server. */
export class RedisProcess implements Closable {
  readonly #child: ChildProcess;
  readonly #clock: Clock;
  #output = "";
  /** Answers when the server has ended, with a sentence on how; never fails. */
  readonly ended: Promise<string>;

  private constructor(child: ChildProcess, clock: Clock) {
    this.#child = child;
    this.#clock = clock;
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-maxOutputLength);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const silent = new Promise<void>((resolve) => child.once("close", () => resolve()));
    this.ended = once(child, "exit").then(
      async ([code, signal]) => {
        // What it wrote last may still be on its way; a child that it leaves behind may hold the pipe open.
        await Promise.race([silent, delay(lastWordsMs, undefined, { ref: false })]);
        return `It ended with ${String(signal ?? code)}. ${this.lastLine}`.trimEnd();
      },
      (cause: unknown) => `It could not be run: ${String(cause)}`,
    );
  }

  /**
   * Spawns a server in `folder`. Its configuration goes through standard input, since it holds secrets. It is in a
   * session of its own, so that a terminal's Ctrl+C goes to us alone, and ends when we do, however that is.
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
    child.stdin?.on("error", () => undefined); // It ended before it had read everything; `ended` tells why.
    child.stdin?.end(`${config.join("\n")}\n`);
    child.unref();
    if (binary.setpriv === undefined) endWithUs(child);
    if (child.pid !== undefined) await noteProcess(folder, child.pid);
    return started;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** What it wrote last, at most 2,000 characters. */
  get output(): string {
    return this.#output;
  }

  /** The last line that it wrote; empty when it wrote nothing. */
  get lastLine(): string {
    return this.#output.trimEnd().split("\n").at(-1) ?? "";
  }

  /** Lets the server save what it is to keep, and kills it when that takes too long. */
  async close(): Promise<void> {
    this.#child.kill("SIGTERM");
    const forget = this.#clock.wakeIn(redisLimits.stopMs, () => this.#child.kill("SIGKILL"));
    await this.ended;
    forget();
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
  shell.on("error", () => undefined); // No shell: the next start ends what was left.
  shell.stdin.on("error", () => undefined);
  shell.unref();
  server.once("exit", () => shell.kill("SIGKILL"));
}

const run = promisify(execFile);

interface ProcessNote {
  readonly pid: number;
  /** When it began, as the system tells it: a later process of the same id has another. */
  readonly startedAt: string;
}

const notePath = (folder: string): string => join(folder, "process.json");

/** Notes which process serves a database's folder, for whoever comes after us if we are killed. */
export async function noteProcess(folder: string, pid: number): Promise<void> {
  const startedAt = await startOf(pid);
  if (startedAt !== undefined) await writeFile(notePath(folder), JSON.stringify({ pid, startedAt }), { mode: 0o600 });
}

/** Ends the server that a killed predecessor left in a folder, and waits until it is gone. */
export async function endLeftover(folder: string, clock: Clock): Promise<void> {
  const note = await readNote(folder);
  if (note !== undefined) await endProcess(note, clock);
  await rm(notePath(folder), { force: true });
}

async function endProcess(note: ProcessNote, clock: Clock): Promise<void> {
  const killAtMs = clock.steadyMs() + redisLimits.stopMs;
  let signal: NodeJS.Signals | 0 = "SIGTERM";
  while ((await startOf(note.pid)) === note.startedAt) {
    if (!send(note.pid, signal)) return;
    signal = clock.steadyMs() > killAtMs ? "SIGKILL" : 0;
    await new Promise<void>((resolve) => clock.wakeIn(lookMs, resolve));
  }
}

const lookMs = 20;

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // It has ended in the meantime, or is not ours.
  }
}

async function readNote(folder: string): Promise<ProcessNote | undefined> {
  try {
    const note = JSON.parse(await readFile(notePath(folder), "utf8")) as Partial<ProcessNote>;
    const { pid, startedAt } = note;
    return typeof pid === "number" && typeof startedAt === "string" ? { pid, startedAt } : undefined;
  } catch {
    return undefined; // There is none, or it was not written to its end.
  }
}

/** undefined when there is no such process. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    if (process.platform !== "linux") return (await run("ps", ["-o", "lstart=", "-p", String(pid)])).stdout.trim();
    return findProcess(pid)?.startedAt;
  } catch {
    return undefined;
  }
}
