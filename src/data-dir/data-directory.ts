import { accessSync, chmodSync, constants, lstatSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import DatabaseConstructor from "better-sqlite3";
import type { Closable } from "../kernel/shutdown.ts";
import { noteServer, readServerNote } from "./server-file.ts";

/** Where the store's file is in a data directory. */
export const storeFile = (dataDir: string): string => join(dataDir, "cuprite.db");

/** What is in a data directory and not secret: clients are pointed to it. */
const publicFile = "ca.pem";

/**
 * Makes the data directory when it is missing, makes it and everything in it private, and takes it for this process
 * alone. The lock is one that the operating system gives back when the process dies, however it dies.
 * @throws one sentence on what is in the way; an error of the operating system where that says enough.
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
    // Node tells of a missing folder where its parent's disk is read-only.
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
    // Anyone who may read it could hold it.
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

/** Who has the lock, as it has noted itself. */
function holderOf(dataDir: string): string {
  const { pid, origin } = readServerNote(dataDir) ?? {};
  const which = pid === undefined ? "" : `, process ${pid}`;
  return `another Cuprite${which}${origin === undefined ? "" : `, at ${origin}`}`;
}

/**
 * Takes the rights of others away from a data directory and what is in it, which may have been made with too many.
 * @throws one sentence when something in it is another user's, who could read or replace what is secret.
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
    // The superuser may do everything anyway.
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
    // What is read-only is told by the first write; what is gone has no rights.
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "EROFS" || code === "ENOENT") return;
    throw new Error(`The rights of others to ${path} could not be taken away: choose another --data-dir.`, { cause });
  }
}
