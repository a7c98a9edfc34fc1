import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Clock } from "../../kernel/clock.ts";
import { findProcess } from "../../kernel/process-table.ts";
import { redisLimits } from "../limits.ts";

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
