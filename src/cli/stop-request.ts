import { constants } from "node:os";
import type { Terminal } from "./command.ts";

/** A Ctrl+C under npm arrives twice, from the terminal and from npm; a person's second one comes later than this. */
const echoMs = 500;

/** How long a stop may take that nobody waits for, since the terminal or who started Cuprite is gone. */
const abandonedMs = 1_500;

/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP, or the end of a process that Cuprite is not to outlive; from then on
 * another signal ends the process at once.
 */
export function stopRequest(
  { clock, onStopSignal, onParentEnd, exitNow }: Terminal,
  { stopWithParent }: { stopWithParent: boolean },
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let firstAtMs: number | undefined;
  const abandon = (signal: NodeJS.Signals): void => {
    resolve();
    clock.wakeIn(abandonedMs, () => exitNow(128 + constants.signals[signal]));
  };
  onStopSignal((signal) => {
    firstAtMs ??= clock.steadyMs();
    resolve();
    if (signal === "SIGHUP") abandon(signal);
    else if (clock.steadyMs() - firstAtMs > echoMs) exitNow(128 + constants.signals[signal]);
  });
  onParentEnd({ stopWithParent }, () => abandon("SIGTERM"));
  return promise;
}
