import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const bytesPerMegabyte = 1_024 ** 2;

/** The resident set as the kernel counts it, in megabytes; 0 for a process that has ended. Linux only, as all here. */
export function residentMb(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readProcess(pid, "status"))?.[1];
  return (Number(kilobytes ?? 0) * 1_024) / bytesPerMegabyte;
}

/** How many descriptors a process has of each kind: `socket`, `pipe`, or the name of a file. */
export function descriptorsOf(pid: number): ReadonlyMap<string, number> {
  const kinds = new Map<string, number>();
  for (const descriptor of listDescriptors(pid)) {
    const kind = kindOf(pid, descriptor);
    if (kind !== undefined) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return kinds;
}

/** How many descriptors a process has. */
export const countDescriptors = (pid: number): number =>
  [...descriptorsOf(pid).values()].reduce((total, count) => total + count, 0);

/** The processes that one has started and that live, with the names of their programs. */
export function childrenOf(pid: number): readonly { readonly pid: number; readonly name: string }[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map((entry) => ({ pid: Number(entry), stat: readProcess(Number(entry), "stat") }))
    .filter(({ stat }) => parentIn(stat) === pid)
    .map(({ pid: child, stat }) => ({ pid: child, name: /\((.*)\)/.exec(stat)?.[1] ?? "" }));
}

/** proc(5): pid (name) state ppid … */
const parentIn = (stat: string): number => Number(/\) \S (\d+) /.exec(stat)?.[1] ?? -1);

function listDescriptors(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return []; // It has ended.
  }
}

function kindOf(pid: number, descriptor: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`).replace(/:\[\d+\]$/, "");
  } catch {
    return undefined; // It was closed meanwhile.
  }
}

function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // It has ended.
  }
}
