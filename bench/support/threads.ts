import { readdirSync, readFileSync } from "node:fs";
import { parseProcessTimes } from "./kernel-accounting.ts";

/** Processor time of the threads of a process, by what they are: `main`, or the name that they have. */
export function threadSeconds(pid: number): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    const name = thread === String(pid) ? "main" : readFileSync(`${folder}/comm`, "utf8").trim();
    const { own } = parseProcessTimes(readFileSync(`${folder}/stat`, "utf8"));
    seconds.set(name, (seconds.get(name) ?? 0) + own);
  }
  return seconds;
}
