import { mkdtempSync, rmSync } from "node:fs";
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

/** Opens a store in a temporary folder that `close` removes. */
export async function openTempStore(): Promise<TempStore> {
  const folder = mkdtempSync(join(tmpdir(), "cuprite-store-"));
  const file = join(folder, "cuprite.db");
  const stores = [await openSqliteStore({ file })];
  return {
    get store() {
      return stores.at(-1) as Store;
    },
    file,
    async reopen() {
      await stores.at(-1)?.close();
      const store = await openSqliteStore({ file });
      stores.push(store);
      return store;
    },
    async close() {
      await stores.at(-1)?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
