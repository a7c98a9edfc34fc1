import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import type { Store } from "../../src/store/store.ts";

/** A store on a fresh SQLite file, for one test. */
export interface TempStore {
  readonly store: Store;
  readonly file: string;
  /** Opens the same file once more, as a restarted server would. */
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

/** In memory, where the system has such a folder: nothing reads these files after the tests, and to sync them takes time. */
const storesFolder = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** Opens a store in a temporary folder that `close` removes. */
export async function openTempStore(options: { readonly memoryMb?: number } = {}): Promise<TempStore> {
  const folder = mkdtempSync(join(storesFolder, "cuprite-store-"));
  const file = join(folder, "cuprite.db");
  writeFileSync(file, await (emptyStore ??= createEmptyStore()));
  const stores = [await openSqliteStore({ file, ...options })];
  return {
    get store() {
      return stores.at(-1) as Store;
    },
    file,
    async reopen() {
      await stores.at(-1)?.close();
      const store = await openSqliteStore({ file, ...options });
      stores.push(store);
      return store;
    },
    async close() {
      await stores.at(-1)?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let emptyStore: Promise<Buffer> | undefined;

/** The bytes of a store without resources: each test gets a copy, because to create one takes three times as long. */
async function createEmptyStore(): Promise<Buffer> {
  const folder = mkdtempSync(join(storesFolder, "cuprite-store-"));
  const file = join(folder, "cuprite.db");
  const store = await openSqliteStore({ file });
  await store.close();
  const bytes = readFileSync(file);
  rmSync(folder, { recursive: true, force: true });
  return bytes;
}
