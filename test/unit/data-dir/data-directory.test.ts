import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { takeDataDirectory } from "../../../src/data-dir/data-directory.ts";
import { noteServer } from "../../../src/data-dir/server-file.ts";

/** A folder that is not there yet, gone when the test is over. */
function newFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), "cuprite-data-"));
  onTestFinished(() => rmSync(parent, { recursive: true }));
  return join(parent, "data");
}

test("a data directory is created, and locked by one process at a time", async () => {
  const folder = newFolder();
  const taken = takeDataDirectory(folder);
  expect(() => takeDataDirectory(folder)).toThrow(
    `The data directory ${folder} is in use by another Cuprite, process ${process.pid}.`,
  );
  await taken.close();
  await takeDataDirectory(folder).close();
});

test("only its owner can read the lock file", async () => {
  const folder = newFolder();
  const lock = join(folder, "lock.db");
  const taken = takeDataDirectory(folder);
  expect([modeOf(lock), modeOf(`${lock}-journal`)]).toEqual([0o600, 0o600]);
  await taken.close();
  chmodSync(lock, 0o644);
  await takeDataDirectory(folder).close();
  expect(modeOf(lock)).toBe(0o600);
});

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test("the refusal of a second process names the first, and its address once it listens", async () => {
  const folder = newFolder();
  const taken = takeDataDirectory(folder);
  noteServer(folder, { pid: 4711, origin: "https://localhost:8443" });
  expect(() => takeDataDirectory(folder)).toThrow(
    `The data directory ${folder} is in use by another Cuprite, process 4711, at https://localhost:8443.`,
  );
  await taken.close();
});

test("everything in a data directory becomes private, except the CA certificate", async () => {
  const folder = newFolder();
  for (const path of ["", "keys", "tls", "redis", "redis/one"]) mkdirSync(join(folder, path), { recursive: true });
  const files = ["config.json", "cuprite.db", "keys/signing-000001.jwk", "tls/authority.pem", "redis/one/dump.rdb"];
  for (const file of [...files, "ca.pem"]) writeFileSync(join(folder, file), "");
  for (const path of ["", "keys", "tls", "redis", "redis/one"]) chmodSync(join(folder, path), 0o777);
  for (const file of files) chmodSync(join(folder, file), 0o666);
  chmodSync(join(folder, "ca.pem"), 0o644);
  await takeDataDirectory(folder).close();
  for (const path of ["", "keys", "tls", "redis", "redis/one"]) expect(modeOf(join(folder, path))).toBe(0o700);
  for (const file of files) expect(modeOf(join(folder, file))).toBe(0o600);
  expect(modeOf(join(folder, "ca.pem"))).toBe(0o644);
});

test("a link in a data directory is not followed", async () => {
  const [folder, elsewhere] = [newFolder(), newFolder()];
  mkdirSync(folder);
  mkdirSync(elsewhere);
  chmodSync(elsewhere, 0o755);
  symlinkSync(elsewhere, join(folder, "redis"));
  await takeDataDirectory(folder).close();
  expect(modeOf(elsewhere)).toBe(0o755);
});

test.each([
  ["damaged", (lock: string) => writeFileSync(lock, "no database ".repeat(100)), "is damaged: remove it, which loses"],
  ["a folder", (lock: string) => mkdirSync(lock), "is not a file: remove it, which loses nothing."],
])("the refusal of a lock file that is %s says what to do", (_what, spoil, says) => {
  const folder = newFolder();
  mkdirSync(folder);
  spoil(join(folder, "lock.db"));
  expect(() => takeDataDirectory(folder)).toThrow(`${join(folder, "lock.db")} ${says}`);
});

describe.runIf(process.getuid?.() === 0)("for the superuser", () => {
  test("a data directory of another user is refused", () => {
    const folder = newFolder();
    mkdirSync(folder);
    chownSync(folder, 12_345, 12_345);
    expect(() => takeDataDirectory(folder)).toThrow(
      `The data directory ${folder} belongs to another user (12345): choose another with --data-dir.`,
    );
  });

  test("another user's file in a data directory is refused", () => {
    const folder = newFolder();
    mkdirSync(join(folder, "keys"), { recursive: true });
    const planted = join(folder, "keys", "signing-000001.jwk");
    writeFileSync(planted, "");
    chownSync(planted, 12_345, 12_345);
    expect(() => takeDataDirectory(folder)).toThrow(
      `${planted} belongs to another user (12345): remove it or choose another data directory with --data-dir.`,
    );
  });

  /** A disk of its own for a data directory; undefined where this may not be mounted. */
  function smallDisk(): string | undefined {
    const parent = newFolder();
    mkdirSync(parent);
    const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", parent]);
    if (status !== 0) return undefined;
    onTestFinished(() => void spawnSync("umount", [parent]));
    return parent;
  }

  test("a full disk is reported as such, and no incomplete file stays", (context) => {
    const folder = smallDisk();
    if (folder === undefined) {
      context.skip("This machine lets nobody mount.");
      return;
    }
    spawnSync("dd", ["if=/dev/zero", `of=${join(folder, "fill")}`, "bs=1k"]);
    expect(() => takeDataDirectory(folder)).toThrow(/The disk with the data directory \S+ is full\.|ENOSPC/);
    expect(existsSync(join(folder, "server.json"))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.endsWith(".draft"))).toEqual([]);
  });

  test("a read-only disk is reported as such, also before the data directory exists", (context) => {
    const folder = smallDisk();
    if (folder === undefined) {
      context.skip("This machine lets nobody mount.");
      return;
    }
    spawnSync("mount", ["-o", "remount,ro", folder]);
    for (const path of [folder, join(folder, "new")]) expect(() => takeDataDirectory(path)).toThrow("EROFS");
  });
});
