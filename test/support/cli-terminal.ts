import type { Terminal } from "../../src/cli/command.ts";
import { ManualClock } from "./manual-clock.ts";

type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** A terminal that keeps what a command writes, and whose signals a test sends. */
export function cliTerminal(changes: Partial<Pick<Terminal, "env" | "homeDir" | "workingDir">> = {}) {
  const clock = new ManualClock();
  const printed: string[] = [];
  const complaints: string[] = [];
  const exits: number[] = [];
  const listeners: ((signal: StopSignal) => void)[] = [];
  const parentListeners: (() => void)[] = [];
  const firstPrint = Promise.withResolvers<void>();
  const terminal: Terminal = {
    env: {},
    homeDir: "/home/tester",
    workingDir: "/work",
    ...changes,
    clock,
    print(line) {
      printed.push(line);
      firstPrint.resolve();
    },
    complain: (line) => complaints.push(line),
    onStopSignal: (listener) => listeners.push(listener),
    onParentEnd: (_which, listener) => parentListeners.push(listener),
    exitNow: (code) => exits.push(code),
  };
  const signal = (name: StopSignal): void => {
    for (const listener of listeners) listener(name);
  };
  const endParent = (): void => {
    for (const listener of parentListeners) listener();
  };
  return { terminal, clock, printed, complaints, exits, signal, endParent, firstPrint: firstPrint.promise };
}
