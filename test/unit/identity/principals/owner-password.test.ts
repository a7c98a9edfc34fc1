import { chmod, chown, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openOwnerPassword } from "../../../../src/identity/principals/owner-password.ts";
import { tempDir } from "../../../support/temp-dir.ts";

async function place() {
  const dataDir = await tempDir();
  return { dataDir, path: join(dataDir, "owner-password") };
}

test("a password is created once, in a file that only its owner can read", async () => {
  const { dataDir, path } = await place();
  const [one, other] = await Promise.all([
    openOwnerPassword({ dataDir, given: "" }),
    openOwnerPassword({ dataDir, given: "" }),
  ]);
  expect(one).toEqual({ password: (await readFile(path, "utf8")).trimEnd(), path });
  expect(other).toEqual(one);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a password that was written into the file is used unchanged, and made private", async () => {
  const { dataDir, path } = await place();
  await writeFile(path, " my own \r\n");
  await chmod(path, 0o644);
  expect(await openOwnerPassword({ dataDir, given: "" })).toEqual({ password: " my own ", path });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a file without a password is refused", async () => {
  const { dataDir, path } = await place();
  await writeFile(path, "\n");
  await expect(openOwnerPassword({ dataDir, given: "" })).rejects.toThrow(
    `${path} has no password in it: write one there, or remove the file.`,
  );
});

test("a link to another file is refused", async () => {
  const { dataDir, path } = await place();
  await writeFile(join(dataDir, "known"), "known to others");
  await symlink(join(dataDir, "known"), path);
  await expect(openOwnerPassword({ dataDir, given: "" })).rejects.toThrow(
    `${path} is no file of the user who starts Cuprite: remove it.`,
  );
});

// Only root can give a file away.
test.skipIf(process.getuid?.() !== 0)("a file of another user is refused", async () => {
  const { dataDir, path } = await place();
  await writeFile(path, "known to others");
  await chown(path, 65_534, 65_534);
  await expect(openOwnerPassword({ dataDir, given: "" })).rejects.toThrow(
    `${path} is no file of the user who starts Cuprite: remove it.`,
  );
});
