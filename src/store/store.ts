import type { Closable } from "../kernel/shutdown.ts";
import type { Prepared } from "./prepared.ts";
import type { CachedResources, WrittenResources } from "./resource-cache.ts";

/** Runs prepared queries. A store reads what is committed; a transaction reads its own writes too. */
export interface Queryable {
  /** Absent where other processes write to the same database. */
  readonly cache?: CachedResources;
  all<Values extends object, Row>(query: Prepared<Values, Row>, values: Values): Promise<Row[]>;
  first<Values extends object, Row>(query: Prepared<Values, Row>, values: Values): Promise<Row | undefined>;
}

/** What a unit of work writes through. */
export interface Transaction extends Queryable {
  readonly cache?: WrittenResources;
  /** Runs `after` once the transaction is durable; a unit that fails never gets there. */
  onCommit(after: () => void): void;
}

/** The durable store. Queries live beside the tables they read; this is only how they are run. */
export interface Store extends Queryable, Closable {
  /**
   * Runs `unit` alone and answers when what it wrote is durable. A unit that throws leaves nothing behind.
   * A unit awaits nothing but its transaction: others wait for it, and may share its commit.
   */
  write<Result>(unit: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Has nothing that was overwritten or removed before stay readable in the store's files, its log included. */
  forgetOverwritten(): Promise<void>;
  /**
   * Calls `listener` with the keys of the resources that a commit wrote or removed, once readers see it; the returned
   * function ends that. A listener that was not there at the time reads everything.
   */
  onChange(listener: ChangeListener): () => void;
}

/** Told the keys of resources that changed; must not throw. */
export type ChangeListener = (keys: readonly string[]) => void;
