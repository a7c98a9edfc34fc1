import type { Clock } from "../kernel/clock.ts";
import { findProcess, wasStartedWith } from "../kernel/process-table.ts";

/** The variable that npm, and programs that imitate it, set for every script. */
const npmVariable = "npm_lifecycle_event";

/** The variable in which bin/cuprite.js gives its process id to the Node that it starts. */
const handedOverVariable = "CUPRITE_HANDED_OVER_BY";

const pollIntervalMs = 250;

interface Watch {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether to watch the process that started Cuprite, or that started npm, too. */
  readonly stopWithParent: boolean;
  readonly clock: Clock;
  readonly onGone: () => void;
}

/**
 * Calls `onGone` once, soon after a watched parent has ended: npm, when npm runs Cuprite, and the processes between the
 * two. A signal to npm ends only npm or its shell, and Cuprite would keep running and keep its port. Without npm, the end
 * of a parent changes nothing (`&`, `nohup`, systemd), unless `stopWithParent` is set.
 */
export function watchParents({ env, stopWithParent, clock, onGone }: Watch): void {
  const watched = parentsOf({ env, stopWithParent }).map((pid) => ({ pid, startedAt: findProcess(pid)?.startedAt }));
  if (watched.length === 0) return;
  const directParent = process.ppid;
  const isGone = (): boolean =>
    process.ppid !== directParent ||
    watched.some(({ pid, startedAt }) => startedAt !== undefined && findProcess(pid)?.startedAt !== startedAt);
  const look = (): void => {
    if (isGone()) onGone();
    else clock.wakeIn(pollIntervalMs, look);
  };
  look();
}

/** The processes to watch, from the parent upwards; where there is no /proc, only the parent. */
export function parentsOf({ env, stopWithParent }: Pick<Watch, "env" | "stopWithParent">): number[] {
  const isRunByNpm = env[npmVariable] !== undefined;
  if (findProcess(process.pid) === undefined) return isRunByNpm || stopWithParent ? [process.ppid] : [];
  const parents = env[handedOverVariable] === String(process.ppid) ? [process.ppid] : [];
  if (isRunByNpm) parents.push(...upToNpm(aboveLast(parents)));
  return stopWithParent ? [...parents, aboveLast(parents)] : parents;
}

/** The processes that npm runs have its variable; the first process without it is npm itself. */
function upToNpm(first: number): number[] {
  const sessionId = findProcess(process.pid)?.sessionId;
  const parents: number[] = [];
  for (let pid = first; pid > 1; pid = aboveLast(parents)) {
    // A session of its own (setsid) means that Cuprite is to outlive npm.
    if (findProcess(pid)?.sessionId !== sessionId) break;
    parents.push(pid);
    if (!wasStartedWith(pid, npmVariable)) break;
  }
  return parents;
}

function aboveLast(parents: readonly number[]): number {
  const last = parents.at(-1);
  return last === undefined ? process.ppid : (findProcess(last)?.parentId ?? 0);
}
