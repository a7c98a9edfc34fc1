import { setImmediate } from "node:timers/promises";
import type { Closable } from "../kernel/shutdown.ts";
import type { ResourceCache } from "./resource-cache.ts";
import { readRows, resourceOf } from "./resources.ts";
import type { Queryable } from "./store.ts";

/** Takes about a millisecond of the event loop, between which requests are served. */
const rowsAtOnce = 100;

/**
 * Reads all resources into memory in the background, in the order of their keys, until there is no more room. Closing it
 * ends that.
 */
export function fillMemory(store: Queryable & { readonly cache: ResourceCache }): Closable {
  let isClosing = false;
  const filling = fill();
  return {
    async close() {
      isClosing = true;
      await filling;
    },
  };

  async function fill(): Promise<void> {
    const { cache } = store;
    let afterKey: string | undefined = "";
    while (afterKey !== undefined && !isClosing && cache.packed.hasRoom) {
      await setImmediate();
      const mark = cache.mark();
      const rows = await readRows(store, { afterKey, limit: rowsAtOnce });
      if (rows.every((row) => cache.pack(resourceOf(row), row.document, mark))) {
        afterKey = rows.at(-1)?.id_key;
      }
    }
  }
}
