import type { Page } from "../store/resources.ts";
import type { StoredResource } from "../store/store.ts";
import { invalidParameter, invalidSkipToken } from "./errors.ts";
import type { ArmRequest, Query } from "./resource-type.ts";

export const pageLimits = { defaultItems: 1_000, maxItems: 1_000 } as const;

/** Which part of a collection a request asks for. */
export interface PageRequest {
  readonly limit: number;
  /** The key of the last resource that the client has seen; "" for the first page. */
  readonly afterKey: string;
}

/** Reads `$top` and `$skipToken`. */
export function readPageRequest(query: Query): PageRequest {
  return { limit: readTop(query.get("$top")), afterKey: readSkipToken(query.get("$skiptoken")) };
}

function readTop(text: string | null): number {
  if (text === null) return pageLimits.defaultItems;
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw invalidParameter(`The value '${text}' of the query parameter '$top' is not a positive whole number.`);
  }
  return Math.min(Number(text), pageLimits.maxItems);
}

const tokenPrefix = "v1:";

/** An opaque token for the page after `lastKey`. */
export const skipTokenAfter = (lastKey: string): string =>
  Buffer.from(`${tokenPrefix}${lastKey}`).toString("base64url");

function readSkipToken(token: string | null): string {
  if (token === null) return "";
  const text = Buffer.from(token, "base64url").toString("utf8");
  if (!text.startsWith(tokenPrefix) || skipTokenAfter(text.slice(tokenPrefix.length)) !== token) {
    throw invalidSkipToken();
  }
  return text.slice(tokenPrefix.length);
}

/**
 * Cuts what was read to a page. Callers read one item more than `limit`; if there is one more, there is a next page.
 * `nextLink` keeps all other query parameters, on the host that the client called.
 */
export function toPage<Item extends Pick<StoredResource, "key">>(
  request: Pick<ArmRequest, "origin" | "path" | "query">,
  page: PageRequest,
  read: readonly Item[],
): { items: readonly Item[]; nextLink?: string } {
  const items = read.slice(0, page.limit);
  const last = items.at(-1);
  if (read.length <= page.limit || last === undefined) return { items };
  const query = new URLSearchParams([...request.query]);
  query.set("$skiptoken", skipTokenAfter(last.key));
  const path = request.path.segments.map(encodeURIComponent).join("/");
  return { items, nextLink: `${request.origin}/${path}?${query.toString()}` };
}

const smallestBatch = 100;

/** Reads until it has a page of resources that match, and one more, from which `toPage` knows that there is a next page. */
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
