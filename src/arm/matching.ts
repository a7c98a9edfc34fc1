import type { PageRequest } from "./paging.ts";
import type { Page } from "../store/resources.ts";
import type { StoredResource } from "../store/stored-resource.ts";

const smallestBatch = 100;

/** Reads on until a page is full of resources that match, and one more, by which `toPage` knows of the next page. */
export async function readMatching<Item extends Pick<StoredResource, "key">>(
  page: PageRequest,
  read: (page: Page) => Promise<Item[]>,
  matches: (item: Item) => boolean | Promise<boolean>,
): Promise<Item[]> {
  const wanted = page.limit + 1;
  const batchSize = Math.max(wanted, smallestBatch);
  const found: Item[] = [];
  for (let afterKey: string | undefined = page.afterKey; afterKey !== undefined && found.length < wanted;) {
    const batch: Item[] = await read({ limit: batchSize, afterKey });
    for (const item of batch) if (await matches(item)) found.push(item);
    afterKey = batch.length < batchSize ? undefined : batch.at(-1)?.key;
  }
  return found.slice(0, wanted);
}
