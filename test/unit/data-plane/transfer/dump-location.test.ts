import { execFileSync } from "node:child_process";
import { chmod, mkdir, readFile, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import {
  dumpRefusal,
  openPlainFile,
  pathInFolder,
  writeWhole,
  transferFailed,
} from "../../../../src/data-plane/transfer/dump-location.ts";
import { addressRefusal } from "../../../../src/data-plane/transfer/refused-addresses.ts";
import { tempDir } from "../../../support/temp-dir.ts";

/** A folder that is allowed for dumps and one that is not, with links between them. */
async function folders(): Promise<{ root: string; dumps: string; secret: string }> {
  const root = await tempDir();
  const dumps = join(root, "dumps");
  await mkdir(join(dumps, "inner"), { recursive: true });
  await mkdir(join(root, "dumps-other"));
  const secret = join(root, "secret.rdb");
  await writeFile(secret, "secret");
  await writeFile(join(root, "dumps-other", "a.rdb"), "other");
  await writeFile(join(dumps, "a.rdb"), "dump");
  await symlink(secret, join(dumps, "link.rdb"));
  await symlink(root, join(dumps, "out"));
  await symlink(join(dumps, "a.rdb"), join(dumps, "inner", "within.rdb"));
  return { root, dumps, secret };
}

const within = (dumpFolder: string) => ({ dumpFolder, linkLocalTransfers: false });

const outside = "does not lead into the folder of the setting --dump-folder.";

describe("a file: URL", () => {
  test("a file URL may lead to a file in the folder, also to one that does not exist yet", async () => {
    const { dumps } = await folders();
    for (const path of ["a.rdb", "inner/new.rdb", "inner/within.rdb", "inner/../a.rdb", "with%20space.rdb"]) {
      expect([path, await dumpRefusal(`file://${dumps}/${path}`, "import", within(dumps))]).toEqual([path, undefined]);
      expect([path, await dumpRefusal(`file://${dumps}/${path}`, "export", within(dumps))]).toEqual([path, undefined]);
    }
    expect(await pathInFolder(new URL(`file://${dumps}/inner/within.rdb`), dumps)).toBe(join(dumps, "a.rdb"));
    expect(await pathInFolder(new URL(`file://${dumps}/inner/new.rdb`), dumps)).toBe(join(dumps, "inner/new.rdb"));
  });

  test("a file URL may name the folder itself for an export, and not for an import", async () => {
    const { dumps } = await folders();
    expect(await dumpRefusal(`file://${dumps}`, "export", within(dumps))).toBeUndefined();
    expect(await dumpRefusal(`file://${dumps}`, "import", within(dumps))).toBe(outside);
  });

  test.each([
    "../secret.rdb",
    "%2e%2e/secret.rdb",
    "..%2fsecret.rdb",
    "link.rdb",
    "out/secret.rdb",
    "out/new.rdb",
    "../dumps-other/a.rdb",
    "missing/new.rdb",
    "a.rdb%00.rdb",
  ])("cannot lead out of the folder: %s", async (path) => {
    const { dumps } = await folders();
    expect(await dumpRefusal(`file://${dumps}/${path}`, "import", within(dumps))).toBe(outside);
    expect(await dumpRefusal(`file://${dumps}/${path}`, "export", within(dumps))).toBe(outside);
    await expect(pathInFolder(new URL(`file://${dumps}/${path}`), dumps)).rejects.toThrow(outside);
  });

  test("refuses a file URL without a folder, and with one that does not exist", async () => {
    const { dumps } = await folders();
    expect(await dumpRefusal(`file://${dumps}/a.rdb`, "import", within(""))).toBe(
      "is a file: URL; the setting --dump-folder allows none.",
    );
    expect(await dumpRefusal(`file://${dumps}/a.rdb`, "import", within(join(dumps, "missing")))).toBe(
      "is a file: URL; the folder of --dump-folder does not exist.",
    );
  });

  test("a file URL may lead anywhere when the folder is the root", async () => {
    const { secret } = await folders();
    expect(await dumpRefusal(pathToFileURL(secret).href, "import", within("/"))).toBeUndefined();
  });
});

test.each([
  ["https://account.blob.core.windows.net/dumps/a.rdb?sig=secret", undefined],
  ["https://[account/a.rdb?sig=secret", "cannot be read as one."],
  ["https://127.0.0.1:10000/dumps/a.rdb?sig=secret", undefined],
  ["https://169.254.169.254/a.rdb?sig=secret", addressRefusal("169.254.169.254")],
  ["https://me:pass@localhost/a.rdb?sig=secret", "has a user name or a password, which is not supported."],
])("the refusal of %s is: %s", async (address, expected) => {
  expect(await dumpRefusal(address, "import", within(""))).toBe(expected);
});

test("a file is written for this user alone, completely or not at all", async () => {
  const { dumps } = await folders();
  const target = join(dumps, "a.rdb");
  await chmod(target, 0o644);
  const { signal } = new AbortController();
  await expect(writeWhole(join(dumps, "missing"), target, signal)).rejects.toThrow("ENOENT");
  expect(await readFile(target, "utf8")).toBe("dump");
  await writeWhole(join(dumps, "../secret.rdb"), target, signal);
  expect(await readFile(target, "utf8")).toBe("secret");
  expect((await stat(target)).mode & 0o777).toBe(0o600);
  await expect(writeWhole(target, join(dumps, "b.rdb"), AbortSignal.abort())).rejects.toThrow("aborted");
  expect((await readdir(dumps)).toSorted()).toEqual(["a.rdb", "inner", "link.rdb", "out"]);
});

test("only plain files are opened, and a pipe does not block", async () => {
  const { dumps } = await folders();
  execFileSync("mkfifo", [join(dumps, "pipe.rdb")]);
  await expect(openPlainFile(join(dumps, "pipe.rdb"))).rejects.toThrow("it is not a file.");
  await expect(openPlainFile(join(dumps, "inner"))).rejects.toThrow("it is not a file.");
  await expect(openPlainFile(join(dumps, "link.rdb"))).rejects.toThrow("ELOOP");
  const handle = await openPlainFile(join(dumps, "a.rdb"));
  expect(await handle.readFile("utf8")).toBe("dump");
  await handle.close();
});

test("a failure's message has no signature, even when its cause repeats the URL", () => {
  const url = new URL("https://account.blob.core.windows.net/a.rdb?sv=1&sig=secret");
  const cause = new TypeError(`Request cannot be constructed from '${url.href}' or ${url.href}.`);
  const { message } = transferFailed("written to", url, cause);
  expect(message).toContain("'https://account.blob.core.windows.net/a.rdb': Request cannot be constructed");
  expect(message).not.toMatch(/secret|sig/);
});
