import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { access, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { endOrphanedServer, recordProcess } from "../../../../src/data-plane/redis/redis-process.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { tempDir } from "../../../support/temp-dir.ts";

/** A process that runs until SIGTERM, or, if it ignores that, until SIGKILL or the end of the tests' process. */
async function runningProcess(options: { ignoresTerm: boolean }): Promise<ChildProcess & { pid: number }> {
  const onTerm = options.ignoresTerm ? 'process.on("SIGTERM", () => undefined);' : "";
  const untilWeEnd = 'process.stdin.on("end", () => process.exit()).resume();';
  const child = spawn(process.execPath, ["--eval", `${onTerm} ${untilWeEnd} console.log("runs")`]);
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  if (child.pid === undefined) throw new Error("It does not run.");
  return Object.assign(child, { pid: child.pid });
}

/** Ends the server that was left in a folder, pushing the clock as long as that takes. */
async function end(folder: string): Promise<void> {
  const clock = new ManualClock();
  let isDone = false;
  const ended = endOrphanedServer(folder, clock).finally(() => (isDone = true));
  const push = async (): Promise<void> => {
    await clock.advance(20);
    if (!isDone) await push();
  };
  await push();
  await ended;
}

const isNoted = (folder: string): Promise<boolean> =>
  access(join(folder, "process.json")).then(
    () => true,
    () => false,
  );

test.for([
  ["by SIGTERM", false, "SIGTERM"],
  ["by SIGKILL when it ignores SIGTERM", true, "SIGKILL"],
] as const)("a server that a killed predecessor left running is ended %s", async ([, ignoresTerm, signal]) => {
  const [folder, child] = [await tempDir(), await runningProcess({ ignoresTerm })];
  await recordProcess(folder, child.pid);
  const exit = once(child, "exit");
  await end(folder);
  expect(await exit).toEqual([null, signal]);
  expect(await isNoted(folder)).toBe(false);
});

test("a later process with the same id is not ended", async () => {
  const [folder, child] = [await tempDir(), await runningProcess({ ignoresTerm: false })];
  await recordProcess(folder, child.pid);
  const path = join(folder, "process.json");
  const note = JSON.parse(await readFile(path, "utf8")) as object;
  await writeFile(path, JSON.stringify({ ...note, startedAt: "1" }));
  await end(folder);
  expect(child.kill(0)).toBe(true);
  expect(await isNoted(folder)).toBe(false);
});

test.for([
  ["was only partly written", '{"pid":'],
  ["is something else", "[]"],
  ["names a process that is gone", '{"pid":2147483646,"startedAt":"1"}'],
] as const)("a process record that %s is removed", async ([, text]) => {
  const folder = await tempDir();
  await writeFile(join(folder, "process.json"), text);
  await end(folder);
  expect(await isNoted(folder)).toBe(false);
});
