import { chmod, chown, lstat, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRunDirectory, runDirectoryPath } from "../../../../src/data-plane/redis/run-directory.ts";
import { tempDir } from "../../../support/temp-dir.ts";

test("socket paths stay short, however long the folders' names are", () => {
  const longPath = `/${"x".repeat(300)}`;
  for (const env of [{}, { XDG_RUNTIME_DIR: longPath }, { XDG_RUNTIME_DIR: "/run/user/1000" }]) {
    expect(Buffer.byteLength(`${runDirectoryPath(longPath, env)}/0123456789ab.sock`)).toBeLessThanOrEqual(103);
  }
});

test("the folder is private to the user, and old sockets are removed", async () => {
  const env = { XDG_RUNTIME_DIR: await tempDir() };
  const path = await openRunDirectory("/data", env);
  await chmod(path, 0o755);
  await writeFile(join(path, "old.sock"), "");
  await openRunDirectory("/data", env);
  expect((await lstat(path)).mode & 0o777).toBe(0o700);
  await expect(lstat(join(path, "old.sock"))).rejects.toThrow("ENOENT");
});

test("a link in the folder's place is not followed, and another name is used", async () => {
  const env = { XDG_RUNTIME_DIR: await tempDir() };
  const elsewhere = join(await tempDir(), "elsewhere");
  await mkdir(elsewhere);
  const usual = runDirectoryPath("/data", env);
  await symlink(elsewhere, usual);
  const path = await openRunDirectory("/data", env);
  expect(path).toMatch(new RegExp(`^${usual}-[A-Za-z0-9]{6}$`));
  expect((await lstat(path)).mode & 0o777).toBe(0o700);
  expect((await lstat(usual)).isSymbolicLink()).toBe(true);
  expect(await readdir(elsewhere)).toEqual([]);
});

test("a file in the folder's place is kept, and the replacement of a killed predecessor is removed", async () => {
  const env = { XDG_RUNTIME_DIR: await tempDir() };
  await writeFile(runDirectoryPath("/data", env), "");
  const first = await openRunDirectory("/data", env);
  const second = await openRunDirectory("/data", env);
  expect(second).not.toBe(first);
  await expect(lstat(first)).rejects.toThrow("ENOENT");
});

test.runIf(process.getuid?.() === 0)("another user's folder is not used", async () => {
  const env = { XDG_RUNTIME_DIR: await tempDir() };
  const usual = runDirectoryPath("/data", env);
  await mkdir(usual);
  await chown(usual, 12_345, 12_345);
  const path = await openRunDirectory("/data", env);
  expect(path).not.toBe(usual);
  expect((await lstat(path)).uid).toBe(0);
});
