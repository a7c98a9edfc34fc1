import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { takeDataDirectory } from "../../src/data-directory.ts";

/** A folder that is not there yet, gone when the test is over. */
function newFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), "cuprite-data-"));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  return join(parent, "data");
}

test("a data directory is made, and taken by one process at a time", async () => {
  const folder = newFolder();
  const taken = takeDataDirectory(folder);
  expect(() => takeDataDirectory(folder)).toThrow(`The data directory ${folder} is in use by another Cuprite.`);
  await taken.close();
  await takeDataDirectory(folder).close();
});

test("the lock is for its owner alone, so that no one else can hold it", async () => {
  const folder = newFolder();
  const lock = join(folder, "lock.db");
  const modeOf = (path: string): number => statSync(path).mode & 0o777;
  const taken = takeDataDirectory(folder);
  expect([modeOf(lock), modeOf(`${lock}-journal`)]).toEqual([0o600, 0o600]);
  await taken.close();
  chmodSync(lock, 0o644);
  await takeDataDirectory(folder).close();
  expect(modeOf(lock)).toBe(0o600);
});
