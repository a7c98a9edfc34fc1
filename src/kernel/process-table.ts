import { readFileSync } from "node:fs";

/** A running process as the system describes it. */
interface ProcessEntry {
  readonly parentId: number;
  readonly sessionId: number;
  /** When it began, in the system's own form: a later process with the same id has another. */
  readonly startedAt: string;
}

/** Finds a process on Linux; undefined when it has ended, also as a zombie, and on other systems. */
export function findProcess(pid: number): ProcessEntry | undefined {
  const stat = readProcFile(pid, "stat");
  if (stat === undefined) return undefined;
  // proc(5): the name, in brackets, may hold anything; what follows it is state, parent, group, session, …
  const [state, parentId, , sessionId, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const startedAt = rest[15];
  if (state === "Z" || startedAt === undefined) return undefined;
  return { parentId: Number(parentId), sessionId: Number(sessionId), startedAt };
}

/** Whether a process was started with a variable in its environment, on Linux; false where that may not be read. */
export const wasStartedWith = (pid: number, variable: string): boolean =>
  `\0${readProcFile(pid, "environ") ?? ""}`.includes(`\0${variable}=`);

function readProcFile(pid: number, name: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return undefined; // There is no such process, or it is another user's.
  }
}
