import type { JsonObject } from "../kernel/json.ts";
import { keysOfPage } from "./memory/key-lists.ts";
import { parametersFor, prepare, type Prepared } from "./prepared.ts";
import type { ResourceRow } from "./schema.ts";
import type { CachedResources, Listed, ListScope, Queryable, StoredResource, Transaction } from "./store.ts";

/**
 * A resource of a type as its provider keeps it.
 * @throws when it is of another type: something has mixed them up.
 */
export function asType<Document extends object>(
  resource: StoredResource<object>,
  typeKey: string,
): StoredResource<Document> {
  if (resource.typeKey === typeKey) return resource as StoredResource<Document>;
  throw new Error(`${resource.id} is of type '${resource.typeKey}', where '${typeKey}' is expected.`);
}

/** A resource that a provider writes. */
interface ResourceToSave<Document extends object = JsonObject> {
  readonly id: string;
  readonly typeKey: string;
  readonly parentKey: string;
  readonly subscriptionKey: string;
  readonly document: Document;
}

/** A part of a list: at most `limit` resources, after the one whose key is `afterKey`. */
export interface Page {
  readonly limit: number;
  readonly afterKey: string;
}

/** A whole list, for collections that are never paged. */
export const wholeList: Page = { limit: 1_000_000, afterKey: "" };

const columns = "id_key, id, type_key, parent_key, subscription_key, version, created_at_ms, updated_at_ms, document";

const byKey = prepare<{ key: string }, ResourceRow>(`
  select ${columns} from resources where id_key = :key`);

/** How the resources of a scope are read: all columns, or only the keys, which an index has. */
interface ListQueries<Scope> {
  readonly rows: Prepared<Scope & Page, ResourceRow>;
  readonly keys: Prepared<Scope & Page, Pick<ResourceRow, "id_key">>;
}

const listQueries = <Scope extends ListScope>(conditions: string): ListQueries<Scope> => {
  const select = (what: string): string => `
    select ${what} from resources where ${conditions} and id_key > :afterKey order by id_key limit :limit`;
  return { rows: prepare(select(columns)), keys: prepare(select("id_key")) };
};

const childrenByType = listQueries<{ parentKey: string; typeKey: string }>(
  "parent_key = :parentKey and type_key = :typeKey",
);

const bySubscriptionAndType = listQueries<{ subscriptionKey: string; typeKey: string }>(
  "subscription_key = :subscriptionKey and type_key = :typeKey",
);

/** Goes from one subscription to the next, because the index of types begins with them. */
const byType = listQueries<{ typeKey: string }>(`type_key = :typeKey and subscription_key in (
  with recursive subscriptions (subscription_key) as (
    select min(subscription_key) from resources
    union all
    select (select min(subscription_key) from resources where subscription_key > subscriptions.subscription_key)
    from subscriptions where subscription_key is not null
  )
  select subscription_key from subscriptions where subscription_key is not null)`);

const byPrefix = prepare<{ from: string; to: string }, ResourceRow>(`
  select ${columns} from resources where id_key >= :from and id_key < :to order by id_key`);

const insertNew = prepare<ResourceRow>(`
  insert into resources (${columns}) values (${parametersFor(columns)})
  on conflict (id_key) do nothing`);

const overwrite = prepare<ResourceRow, Pick<ResourceRow, "version" | "created_at_ms">>(`
  update resources set id = :id, document = :document, updated_at_ms = :updated_at_ms, version = version + 1
  where id_key = :id_key
  returning version, created_at_ms`);

const update = prepare<{ key: string; id: string; document: string; version: number; nowMs: number }>(`
  update resources set id = :id, document = :document, version = :version, updated_at_ms = :nowMs
  where id_key = :key`);

const remove = prepare<{ key: string }>(`
  delete from resources where id_key = :key`);

const removeByPrefix = prepare<{ from: string; to: string }, ResourceRow>(`
  delete from resources where id_key >= :from and id_key < :to returning ${columns}`);

/** The resource with this id, in any case; undefined when there is none. */
export async function findResource<Document extends object = JsonObject>(
  from: Queryable,
  id: string,
): Promise<StoredResource<Document> | undefined> {
  const key = id.toLowerCase();
  const found = from.cache.get(key) ?? (await readResource(from, key));
  return found as StoredResource<Document> | undefined;
}

async function readResource(from: Queryable, key: string): Promise<StoredResource | undefined> {
  const mark = from.cache.mark();
  const row = await from.first(byKey, { key });
  if (row === undefined) return undefined;
  const resource = toResource<JsonObject>(row);
  from.cache.put(resource, row.document, mark);
  return resource;
}

/** The resources with these ids, by their keys; without those that are not there. */
export async function findResources(from: Queryable, ids: readonly string[]): Promise<Map<string, StoredResource>> {
  const found = new Map<string, StoredResource>();
  for (const id of ids) {
    const resource = await findResource(from, id);
    if (resource !== undefined) found.set(resource.key, resource);
  }
  return found;
}

/** The children of one type, in the order of their keys. */
export const listChildren = <Document extends object = JsonObject>(
  from: Queryable,
  parent: { parentKey: string; typeKey: string },
  page: Page = wholeList,
): Promise<StoredResource<Document>[]> => list(from, childrenByType, parent, page);

/** All of one type in a subscription, in the order of their keys. */
export const listInSubscription = <Document extends object = JsonObject>(
  from: Queryable,
  scope: { subscriptionKey: string; typeKey: string },
  page: Page = wholeList,
): Promise<StoredResource<Document>[]> => list(from, bySubscriptionAndType, scope, page);

/** All of one type in all subscriptions, in the order of their keys. */
export const listOfType = <Document extends object = JsonObject>(
  from: Queryable,
  typeKey: string,
): Promise<StoredResource<Document>[]> => list(from, byType, { typeKey }, wholeList);

/** Takes a list from memory if all of it is there, otherwise from the store. */
async function list<Scope extends ListScope, Document extends object>(
  from: Queryable,
  queries: ListQueries<Scope>,
  scope: Scope,
  page: Page,
): Promise<StoredResource<Document>[]> {
  const { cache } = from;
  const known = cache.keysOf(scope);
  const mark = cache.mark();
  const keys = known === undefined ? await readKeys(from, queries, scope, page) : keysOfPage(known, page);
  // What was written since the keys were read may be of another moment than they are.
  const found = cache.mark() === mark ? takeAll(cache, keys) : undefined;
  if (found !== undefined) return found as StoredResource<object>[] as StoredResource<Document>[];
  const readAt = cache.mark();
  const rows = await from.all(queries.rows, { ...scope, ...page });
  return rows.map((row) => {
    const resource = toResource<JsonObject>(row);
    cache.put(resource, row.document, readAt);
    return resource as StoredResource<object> as StoredResource<Document>;
  });
}

async function readKeys<Scope extends ListScope>(
  from: Queryable,
  queries: ListQueries<Scope>,
  scope: Scope,
  page: Page,
): Promise<readonly string[]> {
  const mark = from.cache.mark();
  const rows = await from.all(queries.keys, { ...scope, ...page });
  const keys = rows.map(({ id_key: key }) => key);
  if (page.afterKey === "" && keys.length < page.limit) from.cache.putKeys(scope, keys, mark);
  return keys;
}

/** The resources with these keys; undefined if one is not in memory. */
function takeAll(cache: CachedResources, keys: readonly string[]): StoredResource[] | undefined {
  const found: StoredResource[] = [];
  for (const key of keys) {
    const resource = cache.get(key);
    if (resource === undefined) return undefined;
    found.push(resource);
  }
  return found;
}

/** Everything below a resource, parents before children. */
export async function listBelow(from: Queryable, key: string): Promise<StoredResource[]> {
  const rows = await from.all(byPrefix, prefixRange(key));
  return rows.map((row) => toResource(row));
}

/** Writes a resource, new or not. */
export async function saveResource<Document extends object>(
  tx: Transaction,
  resource: ResourceToSave<Document>,
  nowMs: number,
): Promise<StoredResource<Document>> {
  const key = resource.id.toLowerCase();
  const text = JSON.stringify(resource.document);
  const row: ResourceRow = {
    id_key: key,
    id: resource.id,
    type_key: resource.typeKey,
    parent_key: resource.parentKey,
    subscription_key: resource.subscriptionKey,
    version: 1,
    created_at_ms: nowMs,
    updated_at_ms: nowMs,
    document: text,
  };
  const isNew = (await tx.change(insertNew, row)) === 1;
  const saved = isNew ? undefined : await tx.first(overwrite, row);
  const stored = {
    ...resource,
    key,
    version: saved?.version ?? 1,
    createdAtMs: saved?.created_at_ms ?? nowMs,
    updatedAtMs: nowMs,
  };
  tx.cache.write(stored, { text, isNew });
  return stored;
}

/** Writes a new document of a resource that this transaction has read. @throws when it was removed since */
export async function updateResource<Document extends object>(
  tx: Transaction,
  current: StoredResource<Document>,
  change: { id?: string; document: Document },
  nowMs: number,
): Promise<StoredResource<Document>> {
  const { key } = current;
  const { id = current.id, document } = change;
  const version = current.version + 1;
  const text = JSON.stringify(document);
  const isThere = (await tx.change(update, { key, id, document: text, version, nowMs })) === 1;
  // Memory would have a resource that the database does not have.
  if (!isThere) throw new Error(`${current.id} is not there any more.`);
  const stored = { ...current, id, version, updatedAtMs: nowMs, document };
  tx.cache.write(stored, { text, isNew: false });
  return stored;
}

/**
 * Removes one resource, together with what extends it (`{its id}/providers/…`: locks, role assignments); its children
 * are the caller's to remove first.
 */
export async function removeResource(tx: Transaction, resource: Listed): Promise<void> {
  for (const row of await tx.all(removeByPrefix, prefixRange(`${resource.key}/providers`))) {
    tx.cache.remove(resourceOf(row));
  }
  await tx.change(remove, { key: resource.key });
  tx.cache.remove(resource);
}

/** The keys below `key`: "/" is followed by "0" in ASCII, so the range holds exactly what starts with `key/`. */
function prefixRange(key: string): { from: string; to: string } {
  return { from: `${key}/`, to: `${key}0` };
}

const toResource = <Document extends object>(row: ResourceRow): StoredResource<Document> => ({
  ...resourceOf(row),
  document: JSON.parse(row.document) as Document,
});

/** What a row has of a resource besides its document. */
export const resourceOf = (row: ResourceRow): Omit<StoredResource, "document"> => ({
  id: row.id,
  key: row.id_key,
  typeKey: row.type_key,
  parentKey: row.parent_key,
  subscriptionKey: row.subscription_key,
  version: row.version,
  createdAtMs: row.created_at_ms,
  updatedAtMs: row.updated_at_ms,
});

const everything = prepare<Page, ResourceRow>(`
  select ${columns} from resources where id_key > :afterKey order by id_key limit :limit`);

/** The rows of resources of all types, in the order of their keys. */
export const readRows = (from: Queryable, page: Page): Promise<ResourceRow[]> => from.all(everything, page);
