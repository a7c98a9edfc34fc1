import { setImmediate } from "node:timers/promises";
import type { Closable } from "../kernel/shutdown.ts";
import type { ResourceCache } from "./resource-cache.ts";
import { readRows, resourceOf } from "./resources.ts";
import type { ResourceRow } from "./schema.ts";
import type { Queryable } from "./store.ts";

/** Takes about a millisecond of the event loop, between which requests are served. */
const rowsAtOnce = 100;

/**
 * Reads all resources into memory in the background, in the order of their keys, until there is no more room. Closing it
 * ends that.
 */
export function fillMemory(store: Queryable & { readonly cache: ResourceCache }): Closable {
  const closing = new AbortController();
  // If the store cannot be read, requests say so; what is not in memory is read by them.
  const filled = fill(store, closing.signal).catch(() => undefined);
  return {
    async close() {
      closing.abort();
      await filled;
    },
  };
}

async function fill(store: Queryable & { readonly cache: ResourceCache }, closing: AbortSignal): Promise<void> {
  const { cache } = store;
  let afterKey: string | undefined = "";
  while (afterKey !== undefined && !closing.aborted && cache.packed.hasRoom) {
    await setImmediate();
    const mark = cache.mark();
    const rows: readonly ResourceRow[] = await readRows(store, { afterKey, limit: rowsAtOnce });
    // When something was written meanwhile, the rows are read again.
    if (rows.every((row) => cache.pack(resourceOf(row), row.document, mark))) afterKey = rows.at(-1)?.id_key;
  }
}
