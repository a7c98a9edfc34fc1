import { accessSync, chmodSync, constants, lstatSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import DatabaseConstructor from "better-sqlite3";
import type { Closable } from "../kernel/shutdown.ts";
import { noteServer, readServerNote } from "./server-file.ts";

/** The store's file in a data directory. */
export const storeFile = (dataDir: string): string => join(dataDir, "cuprite.db");

/** The one file that is not secret: clients read it. */
const publicFile = "ca.pem";

/**
 * Creates the data directory when it is missing, makes it and everything in it private, and locks it for this process.
 * The operating system releases the lock when the process ends, however it ends.
 * @throws one sentence that says what prevents it, or an error of the operating system that is clear enough.
 */
export function takeDataDirectory(dataDir: string): Closable {
  makeFolder(dataDir);
  makePrivate(dataDir);
  accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  const lock = takeLock(dataDir);
  let note: Closable;
  try {
    note = noteServer(dataDir, { pid: process.pid });
  } catch (cause) {
    lock.close();
    throw cause;
  }
  return {
    async close() {
      await note.close();
      lock.close();
    },
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    // Node reports a missing folder where the parent's disk is read-only.
    for (let parent = dirname(path); parent !== dirname(parent); parent = dirname(parent)) {
      if (statSync(parent, { throwIfNoEntry: false })?.isDirectory() !== true) continue;
      accessSync(parent, constants.W_OK | constants.X_OK);
      break;
    }
    throw cause;
  }
}

function takeLock(dataDir: string): { close(): void } {
  const lockFile = join(dataDir, "lock.db");
  let lock: DatabaseConstructor.Database | undefined;
  try {
    lock = new DatabaseConstructor(lockFile, { timeout: 0 });
    // Anyone who may read the file could lock it.
    chmodSync(lockFile, 0o600);
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (cause) {
    lock?.close();
    throw new Error(whyNotLocked(cause, { dataDir, lockFile }), { cause });
  }
}

function whyNotLocked(cause: unknown, { dataDir, lockFile }: { dataDir: string; lockFile: string }): string {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) return `The data directory ${dataDir} is in use by ${holderOf(dataDir)}.`;
  if (/^SQLITE_(?:NOTADB|CORRUPT)/.test(code)) {
    return `The lock file ${lockFile} is damaged: remove it, which loses nothing.`;
  }
  if (/^(?:SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return `The disk with the data directory ${dataDir} is full.`;
  if (statSync(lockFile, { throwIfNoEntry: false })?.isFile() === false) {
    return `${lockFile} is not a file: remove it, which loses nothing.`;
  }
  if (/^(?:SQLITE_(?:CANTOPEN|READONLY|PERM)|EACCES|EPERM)/.test(code)) {
    return `The lock file ${lockFile} may not be used by this user: correct its permissions or choose another --data-dir.`;
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return `The data directory ${dataDir} could not be locked (${why}): choose another --data-dir, on a disk of this machine.`;
}

/** The process that has the lock, according to its note. */
function holderOf(dataDir: string): string {
  const { pid, origin } = readServerNote(dataDir) ?? {};
  const which = pid === undefined ? "" : `, process ${pid}`;
  return `another Cuprite${which}${origin === undefined ? "" : `, at ${origin}`}`;
}

/**
 * Removes other users' permissions from a data directory and everything in it.
 * @throws one sentence when something in it belongs to another user, who could read or replace secrets.
 */
function makePrivate(dataDir: string): void {
  const userId = process.getuid?.();
  if (userId === undefined) return; // Windows: the user's profile is private.
  const { uid } = statSync(dataDir);
  if (uid !== userId) {
    throw new Error(`The data directory ${dataDir} belongs to another user (${uid}): choose another with --data-dir.`);
  }
  makeFolderPrivate(dataDir, { userId, publicPath: join(dataDir, publicFile) });
}

function makeFolderPrivate(folder: string, rules: { userId: number; publicPath: string }): void {
  takeRights(folder, 0o700);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const found = lstatSync(path, { throwIfNoEntry: false }); // A Redis that still ends removes its files.
    // The superuser can read everything anyway.
    if (found === undefined || (found.uid === 0 && found.uid !== rules.userId)) continue;
    if (found.uid !== rules.userId) {
      throw new Error(
        `${path} belongs to another user (${found.uid}): remove it or choose another data directory with --data-dir.`,
      );
    }
    if (found.isDirectory()) makeFolderPrivate(path, rules);
    else if (found.isFile() && path !== rules.publicPath && (found.mode & 0o077) !== 0) takeRights(path, 0o600);
  }
}

function takeRights(path: string, mode: number): void {
  try {
    chmodSync(path, mode);
  } catch (cause) {
    // On a read-only disk the first write fails. A file that is gone has no permissions.
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "EROFS" || code === "ENOENT") return;
    throw new Error(`Other users' permissions could not be removed from ${path}: choose another --data-dir.`, {
      cause,
    });
  }
}
