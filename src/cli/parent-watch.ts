import type { Clock } from "../kernel/clock.ts";
import { findProcess, wasStartedWith } from "../kernel/process-table.ts";

/** What npm, and those who do as it does, give every script. */
const npmVariable = "npm_lifecycle_event";

/** Set by bin/cuprite.js for the Node that it hands over to: its own process id. */
const handedOverVariable = "CUPRITE_HANDED_OVER_BY";

const pollIntervalMs = 250;

interface Watch {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the end of the process that started Cuprite, or started the npm that did, counts too. */
  readonly stopWithParent: boolean;
  readonly clock: Clock;
  readonly onGone: () => void;
}

/**
 * Calls `onGone` once, soon after a process has ended that Cuprite is not to outlive: npm, when npm runs it, and what is
 * between the two. A signal to npm ends npm alone or its shell, and not what runs in it, which would stay behind with
 * its port. Without npm a parent may end as it likes (`&`, `nohup`, systemd), unless that is asked for.
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

/** The processes whose end ends this one, from its parent upwards; where there is no /proc, its parent alone. */
export function parentsOf({ env, stopWithParent }: Pick<Watch, "env" | "stopWithParent">): number[] {
  const isRunByNpm = env[npmVariable] !== undefined;
  if (findProcess(process.pid) === undefined) return isRunByNpm || stopWithParent ? [process.ppid] : [];
  const parents = env[handedOverVariable] === String(process.ppid) ? [process.ppid] : [];
  if (isRunByNpm) parents.push(...upToNpm(aboveLast(parents)));
  return stopWithParent ? [...parents, aboveLast(parents)] : parents;
}

/** What npm runs is told so by its environment; the first process that was not told is npm itself. */
function upToNpm(first: number): number[] {
  const sessionId = findProcess(process.pid)?.sessionId;
  const parents: number[] = [];
  for (let pid = first; pid > 1; pid = aboveLast(parents)) {
    // Who gave Cuprite a session of its own (setsid) wants it to outlive npm.
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
