import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import DatabaseConstructor from "better-sqlite3";
import type { Closable } from "./kernel/shutdown.ts";

/** Where the store's file is in a data directory. */
export const storeFile = (dataDir: string): string => join(dataDir, "cuprite.db");

/**
 * Makes the data directory when it is missing and takes it for this process alone. The lock is one that the operating
 * system gives back when the process dies, however it dies.
 * @throws when another process has it.
 */
export function takeDataDirectory(dataDir: string): Closable {
  // Others may read ca.pem in it; what is secret has its own folder or mode.
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  const lockFile = join(dataDir, "lock.db");
  const lock = new DatabaseConstructor(lockFile, { timeout: 0 });
  // Whoever may read it could hold it.
  chmodSync(lockFile, 0o600);
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    throw new Error(`The data directory ${dataDir} is in use by another Cuprite.`, { cause });
  }
  return {
    async close() {
      lock.close();
    },
  };
}
