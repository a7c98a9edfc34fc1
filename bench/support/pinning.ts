import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

const generatorCore = availableParallelism() - 1;
const serverCore = 0;

const canPin = generatorCore > serverCore && spawnSync("taskset", ["--version"], { stdio: "ignore" }).status === 0;

/** A sentence that says on which processors the servers and the generator run. */
export const pinningNote = canPin
  ? `Pinned: the servers' main threads to processor ${serverCore}, the generator to ${generatorCore}; other threads run where there is room.`
  : "Nothing is pinned: there is one processor only, or no taskset (Debian: util-linux).";

/** The command that runs a command on the generator's processor. */
export const onGeneratorCore = (command: readonly string[]): readonly string[] =>
  canPin ? ["taskset", "--cpu-list", String(generatorCore), ...command] : command;

/** Pins the main thread of a server; its threads that run already stay free. */
export function pinServer(pid: number): void {
  if (canPin) spawnSync("taskset", ["--cpu-list", "--pid", String(serverCore), String(pid)], { stdio: "ignore" });
}
