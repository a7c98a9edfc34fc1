import type { Clock } from "../kernel/clock.ts";

const lookMs = 500;

/**
 * Calls `onGone` once, soon after the process's parent has ended. npm runs a script in a shell, and where that is dash, a
 * signal to npm ends the shell and not what runs in it, which would stay behind with its port.
 */
export function watchParent(watch: { parentId: () => number; clock: Clock; onGone: () => void }): void {
  const { parentId, clock, onGone } = watch;
  const parent = parentId();
  const look = (): void => {
    if (parentId() !== parent) onGone();
    else clock.wakeIn(lookMs, look);
  };
  clock.wakeIn(lookMs, look);
}
