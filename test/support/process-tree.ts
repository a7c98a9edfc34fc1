import { readdir, readFile } from "node:fs/promises";

interface Running {
  readonly pid: number;
  readonly parentId: number;
  readonly name: string;
}

/** The processes below one, on Linux: its children, theirs, and so on. */
export async function descendantsOf(ancestor: number): Promise<Running[]> {
  const all = await runningProcesses();
  const below: Running[] = [];
  const known = new Set([ancestor]);
  for (let before = -1; before < below.length;) {
    before = below.length;
    for (const each of all) {
      if (known.has(each.pid) || !known.has(each.parentId)) continue;
      known.add(each.pid);
      below.push(each);
    }
  }
  return below;
}

/** The processes that still run. */
export async function stillRunning(processes: readonly Running[]): Promise<Running[]> {
  const now = new Map((await runningProcesses()).map((each) => [each.pid, each.name]));
  return processes.filter(({ pid, name }) => now.get(pid) === name);
}

/** Every process that has not ended. proc(5): the name, in brackets, may hold anything; its state and parent follow. */
async function runningProcesses(): Promise<Running[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined)));
  return stats.flatMap((stat = "") => {
    const [, pid, name = "", state, parentId] = /^(\d+) \((.*)\) (\S) (\d+)/s.exec(stat) ?? [];
    return pid === undefined || state === "Z" ? [] : [{ pid: Number(pid), name, parentId: Number(parentId) }];
  });
}
