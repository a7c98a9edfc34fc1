import { chmod, lstat, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRunDirectory, runDirectoryPath } from "../../../src/data-plane/redis/run-directory.ts";
import { tempDir } from "../../support/temp-dir.ts";

test("socket paths stay short, however long the names of the folders are", () => {
  const longPath = `/${"x".repeat(300)}`;
  for (const env of [{}, { XDG_RUNTIME_DIR: longPath }, { XDG_RUNTIME_DIR: "/run/user/1000" }]) {
    expect(Buffer.byteLength(`${runDirectoryPath(longPath, env)}/0123456789ab.sock`)).toBeLessThanOrEqual(103);
  }
});

test("the folder is the user's alone, and without the sockets of before", async () => {
  const env = { XDG_RUNTIME_DIR: await tempDir() };
  const path = await openRunDirectory("/data", env);
  await chmod(path, 0o755);
  await writeFile(join(path, "old.sock"), "");
  await openRunDirectory("/data", env);
  expect((await lstat(path)).mode & 0o777).toBe(0o700);
  await expect(lstat(join(path, "old.sock"))).rejects.toThrow("ENOENT");
});

test("a link that somebody has put in the folder's place is not followed", async () => {
  const env = { XDG_RUNTIME_DIR: await tempDir() };
  const elsewhere = join(await tempDir(), "elsewhere");
  await mkdir(elsewhere);
  const path = runDirectoryPath("/data", env);
  await symlink(elsewhere, path);
  await expect(openRunDirectory("/data", env)).rejects.toThrow(`${path} is not a folder of this user's`);
});
