import { readdirSync, readFileSync } from "node:fs";

/*
 * Processor time as Linux accounts for it, in seconds. proc(5): `/proc/stat` and `/proc/<pid>/stat` count in ticks of 10 ms;
 * those of a process include all its threads.
 */
const ticksPerSecond = 100;

interface ProcessTimes {
  readonly parentPid: number;
  /** Of the process itself. */
  readonly own: number;
  /** Of its children that have ended and were waited for. */
  readonly endedChildren: number;
}

/** What a line of `/proc/<pid>/stat` says: pid (name) state ppid …; utime, stime, cutime and cstime are fields 14 to 17. */
export function parseProcessTimes(stat: string): ProcessTimes {
  // The name may have spaces and parentheses in it. What follows begins with field 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system, userOfChildren, systemOfChildren] = fields.slice(11, 15).map(Number);
  return {
    parentPid: Number(fields[1] ?? 0),
    own: ((user ?? 0) + (system ?? 0)) / ticksPerSecond,
    endedChildren: ((userOfChildren ?? 0) + (systemOfChildren ?? 0)) / ticksPerSecond,
  };
}

/** What the processors have worked according to `/proc/stat`. Waiting for a disk is no work; what the hypervisor took away is. */
export function parseMachineTime(stat: string): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] =
    /^cpu +(.+)$/m.exec(stat)?.[1]?.split(" ").map(Number) ?? [];
  return (user + nice + system + irq + softirq + steal) / ticksPerSecond;
}

/** The processor time of a process with all its threads; of one that has ended, 0. */
export const cpuSeconds = (pid: number): number => timesOf(pid)?.own ?? 0;

/** The processor time of a process and of all that it has started, also of what has ended. */
export function treeCpuSeconds(rootPid: number): number {
  const times = new Map<number, ProcessTimes>();
  for (const entry of readdirSync("/proc")) {
    const found = /^\d+$/.test(entry) ? timesOf(Number(entry)) : undefined;
    if (found !== undefined) times.set(Number(entry), found);
  }
  const isInTree = (pid: number): boolean => {
    const parentPid = times.get(pid)?.parentPid;
    return pid === rootPid || (parentPid !== undefined && isInTree(parentPid));
  };
  return [...times].reduce(
    (total, [pid, { own, endedChildren }]) => total + (isInTree(pid) ? own + endedChildren : 0),
    0,
  );
}

/** Begins to watch. Returns what says how many processors other programs than this one's tree have used since. */
export function watchOthers(): () => number {
  const read = (): { ms: number; others: number } => ({
    ms: performance.now(),
    others: parseMachineTime(readFileSync("/proc/stat", "utf8")) - treeCpuSeconds(process.pid),
  });
  const before = read();
  return () => {
    const after = read();
    return Math.max(0, (after.others - before.others) / ((after.ms - before.ms) / 1_000));
  };
}

function timesOf(pid: number): ProcessTimes | undefined {
  try {
    return parseProcessTimes(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined; // It has ended.
  }
}
