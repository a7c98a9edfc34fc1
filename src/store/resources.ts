import type { JsonObject } from "../kernel/json.ts";
import { parametersFor, prepare } from "./prepared.ts";
import type { ResourceRow } from "./schema.ts";
import type { Queryable, StoredResource, Transaction } from "./store.ts";

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

const childrenByType = prepare<{ parentKey: string; typeKey: string } & Page, ResourceRow>(`
  select ${columns} from resources
  where parent_key = :parentKey and type_key = :typeKey and id_key > :afterKey
  order by id_key limit :limit`);

const bySubscriptionAndType = prepare<{ subscriptionKey: string; typeKey: string } & Page, ResourceRow>(`
  select ${columns} from resources
  where subscription_key = :subscriptionKey and type_key = :typeKey and id_key > :afterKey
  order by id_key limit :limit`);

const byType = prepare<{ typeKey: string }, ResourceRow>(`
  select ${columns} from resources where type_key = :typeKey order by id_key`);

const byPrefix = prepare<{ from: string; to: string }, ResourceRow>(`
  select ${columns} from resources where id_key >= :from and id_key < :to order by id_key`);

const upsert = prepare<ResourceRow, Pick<ResourceRow, "version" | "created_at_ms">>(`
  insert into resources (${columns}) values (${parametersFor(columns)})
  on conflict (id_key) do update set id = excluded.id, document = excluded.document,
    updated_at_ms = excluded.updated_at_ms, version = resources.version + 1
  returning version, created_at_ms`);

const update = prepare<{ key: string; id: string; document: string; version: number; nowMs: number }>(`
  update resources set id = :id, document = :document, version = :version, updated_at_ms = :nowMs
  where id_key = :key`);

const remove = prepare<{ key: string }>(`
  delete from resources where id_key = :key`);

const removeByPrefix = prepare<{ from: string; to: string }, Pick<ResourceRow, "id_key" | "type_key">>(`
  delete from resources where id_key >= :from and id_key < :to returning id_key, type_key`);

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
  from.cache.put(resource, mark);
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
export async function listChildren<Document extends object = JsonObject>(
  from: Queryable,
  parent: { parentKey: string; typeKey: string },
  page: Page = wholeList,
): Promise<StoredResource<Document>[]> {
  const rows = await from.all(childrenByType, { ...parent, ...page });
  return rows.map((row) => toResource<Document>(row));
}

/** All of one type in a subscription, in the order of their keys. */
export async function listInSubscription<Document extends object = JsonObject>(
  from: Queryable,
  scope: { subscriptionKey: string; typeKey: string },
  page: Page = wholeList,
): Promise<StoredResource<Document>[]> {
  const rows = await from.all(bySubscriptionAndType, { ...scope, ...page });
  return rows.map((row) => toResource<Document>(row));
}

/** All of one type in all subscriptions. Scans the whole table. */
export async function listOfType<Document extends object = JsonObject>(
  from: Queryable,
  typeKey: string,
): Promise<StoredResource<Document>[]> {
  const rows = await from.all(byType, { typeKey });
  return rows.map((row) => toResource<Document>(row));
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
  const saved = await tx.first(upsert, {
    id_key: key,
    id: resource.id,
    type_key: resource.typeKey,
    parent_key: resource.parentKey,
    subscription_key: resource.subscriptionKey,
    version: 1,
    created_at_ms: nowMs,
    updated_at_ms: nowMs,
    document: JSON.stringify(resource.document),
  });
  const stored = {
    ...resource,
    key,
    version: saved?.version ?? 1,
    createdAtMs: saved?.created_at_ms ?? nowMs,
    updatedAtMs: nowMs,
  };
  tx.cache.write(stored);
  return stored;
}

/** Writes a new document of a resource that this transaction has read. */
export async function updateResource<Document extends object>(
  tx: Transaction,
  current: StoredResource<Document>,
  change: { id?: string; document: Document },
  nowMs: number,
): Promise<StoredResource<Document>> {
  const { key } = current;
  const { id = current.id, document } = change;
  const version = current.version + 1;
  await tx.all(update, { key, id, document: JSON.stringify(document), version, nowMs });
  const stored = { ...current, id, version, updatedAtMs: nowMs, document };
  tx.cache.write(stored);
  return stored;
}

/**
 * Removes one resource, together with what extends it (`{its id}/providers/…`: locks, role assignments); its children
 * are the caller's to remove first.
 */
export async function removeResource(
  tx: Transaction,
  { key, typeKey }: { key: string; typeKey: string },
): Promise<void> {
  for (const extension of await tx.all(removeByPrefix, prefixRange(`${key}/providers`))) {
    tx.cache.remove({ key: extension.id_key, typeKey: extension.type_key });
  }
  await tx.all(remove, { key });
  tx.cache.remove({ key, typeKey });
}

/** The keys below `key`: "/" is followed by "0" in ASCII, so the range holds exactly what starts with `key/`. */
function prefixRange(key: string): { from: string; to: string } {
  return { from: `${key}/`, to: `${key}0` };
}

function toResource<Document extends object>(row: ResourceRow): StoredResource<Document> {
  return {
    id: row.id,
    key: row.id_key,
    typeKey: row.type_key,
    parentKey: row.parent_key,
    subscriptionKey: row.subscription_key,
    version: row.version,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    document: JSON.parse(row.document) as Document,
  };
}
