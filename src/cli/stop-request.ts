import { constants } from "node:os";
import type { Terminal } from "./command.ts";

/** A Ctrl+C under npm arrives twice, from the terminal and from npm; a person's second one comes later than this. */
const echoMs = 500;

/** Resolves at the first SIGINT or SIGTERM; from then on another one ends the process at once. */
export function stopRequest({ clock, onStopSignal, exitNow }: Terminal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let firstAtMs: number | undefined;
  onStopSignal((signal) => {
    firstAtMs ??= clock.steadyMs();
    resolve();
    if (clock.steadyMs() - firstAtMs > echoMs) exitNow(128 + constants.signals[signal]);
  });
  return promise;
}
