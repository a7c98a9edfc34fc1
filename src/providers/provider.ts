import type { ResourceType } from "../arm/resource-type.ts";
import type { OperationKind } from "../operations/operation-kind.ts";
import type { StoredResource } from "../store/stored-resource.ts";
import type { Transaction } from "../store/store.ts";

/** Takes away what a resource leaves elsewhere, before its own row goes: the other side of a connection, for instance. */
export type RemoveResource = (tx: Transaction, resource: StoredResource, nowMs: number) => Promise<void>;

/** What a resource shows of itself in generic lists besides id, name, type, location and tags: `kind`, `sku` and the like. */
export type GenericView = (resource: StoredResource) => object;

/** What a provider brings to a server. */
export interface Provider {
  readonly types: readonly ResourceType[];
  readonly kinds: readonly OperationKind[];
  /** By type key. */
  readonly removers?: ReadonlyMap<string, RemoveResource>;
  /** By type key. */
  readonly genericViews?: ReadonlyMap<string, GenericView>;
}
