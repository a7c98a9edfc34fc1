import {
  asType,
  findResource,
  listChildren,
  listInSubscription,
  listOfType,
  saveResource,
  updateResource,
} from "../store/resources.ts";
import type { Page } from "../store/resources.ts";
import type { Queryable, StoredResource, Transaction } from "../store/store.ts";
import { parentIdOf, subscriptionKeyOf } from "./resource-id.ts";

/**
 * A kind of stored resource: how all resources of one type are read and written. What is read has its type checked, so
 * that a document is never taken for one of another type.
 */
export interface ResourceKind<Document extends object> {
  readonly namespace: string;
  /** Spelled as published: `["virtualNetworks", "subnets"]`. */
  readonly types: readonly string[];
  /** `Microsoft.Network/virtualNetworks/subnets`. */
  readonly type: string;
  /** `type` in lower case. */
  readonly typeKey: string;
  is(resource: StoredResource<object>): resource is StoredResource<Document>;
  /** The same resource with its document's type. @throws Error when it is of another type. */
  cast(resource: StoredResource<object>): StoredResource<Document>;
  /** The resource with this id, in any case; undefined when there is none, or one of another type. */
  find(from: Queryable, id: string): Promise<StoredResource<Document> | undefined>;
  /** The resource with this id, which must exist. @throws Error when it does not. */
  require(from: Queryable, id: string): Promise<StoredResource<Document>>;
  /** The resources below a parent (a resource group, or another resource), in the order of their keys. */
  children(from: Queryable, parentKey: string, page?: Page): Promise<StoredResource<Document>[]>;
  /** The resources in a subscription, in the order of their keys. */
  inSubscription(from: Queryable, subscriptionKey: string, page?: Page): Promise<StoredResource<Document>[]>;
  /** The children of several parents, by the key of their parent. */
  byParent(
    from: Queryable,
    parents: readonly StoredResource<object>[],
  ): Promise<ReadonlyMap<string, readonly StoredResource<Document>[]>>;
  /** All resources of the kind, in the order of their keys. */
  all(from: Queryable): Promise<StoredResource<Document>[]>;
  /** Writes a resource whose id may be new; its parent and subscription are those that the id names. */
  create(tx: Transaction, id: string, document: Document, nowMs: number): Promise<StoredResource<Document>>;
  /** Writes a resource that this transaction has read; `id` may be another spelling of its id. */
  update(
    tx: Transaction,
    current: StoredResource<Document>,
    change: { readonly id?: string; readonly document: Document },
    nowMs: number,
  ): Promise<StoredResource<Document>>;
  /** `update` if `current` exists, otherwise `create`. */
  save(
    tx: Transaction,
    current: StoredResource<Document> | undefined,
    written: { readonly id: string; readonly document: Document },
    nowMs: number,
  ): Promise<StoredResource<Document>>;
}

/** Declares the kind of a namespace's type, e.g. `resourceKind<SubnetDocument>("Microsoft.Network", ["virtualNetworks", "subnets"])`. */
export function resourceKind<Document extends object>(
  namespace: string,
  types: readonly string[],
): ResourceKind<Document> {
  const type = `${namespace}/${types.join("/")}`;
  const typeKey = type.toLowerCase();
  const is = (resource: StoredResource<object>): resource is StoredResource<Document> => resource.typeKey === typeKey;
  const kind: ResourceKind<Document> = {
    namespace,
    types,
    type,
    typeKey,
    is,
    cast: (resource) => asType<Document>(resource, typeKey),
    async find(from, id) {
      const found: StoredResource<object> | undefined = await findResource(from, id);
      return found !== undefined && is(found) ? found : undefined;
    },
    async require(from, id) {
      const found = await kind.find(from, id);
      if (found === undefined) throw new Error(`${id} does not exist.`);
      return found;
    },
    children: (from, parentKey, page) => listChildren<Document>(from, { parentKey, typeKey }, page),
    inSubscription: (from, subscriptionKey, page) =>
      listInSubscription<Document>(from, { subscriptionKey, typeKey }, page),
    async byParent(from, parents) {
      const found = new Map<string, readonly StoredResource<Document>[]>();
      for (const { key } of parents) found.set(key, await kind.children(from, key));
      return found;
    },
    all: (from) => listOfType<Document>(from, typeKey),
    create(tx, id, document, nowMs) {
      const parentKey = parentIdOf(id).toLowerCase();
      return saveResource(tx, { id, typeKey, parentKey, subscriptionKey: subscriptionKeyOf(id), document }, nowMs);
    },
    update: (tx, current, change, nowMs) => updateResource(tx, current, change, nowMs),
    save: (tx, current, { id, document }, nowMs) =>
      current === undefined ? kind.create(tx, id, document, nowMs) : kind.update(tx, current, { id, document }, nowMs),
  };
  return kind;
}
