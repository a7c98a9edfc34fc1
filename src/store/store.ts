import type { JsonObject } from "../kernel/json.ts";
import type { Closable } from "../kernel/shutdown.ts";
import type { Activity } from "./activity-rows.ts";
import type { ReadTrace } from "./memory/read-trace.ts";
import { prepare, type Prepared } from "./prepared.ts";

/** A resource as its provider keeps it; `Document` is the provider's own model, not a wire form. */
export interface StoredResource<Document extends object = JsonObject> {
  readonly id: string;
  /** `id` in lower case. */
  readonly key: string;
  /** Namespace and types in lower case. */
  readonly typeKey: string;
  readonly parentKey: string;
  readonly subscriptionKey: string;
  readonly version: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly document: Document;
}

/** What of a resource decides which lists it is in. */
export type Listed = Pick<StoredResource, "key" | "typeKey" | "parentKey" | "subscriptionKey">;

/** Which resources are listed: the children of one parent, those in one subscription, or all; always of one type. */
export type ListScope =
  | { readonly parentKey: string; readonly typeKey: string }
  | { readonly subscriptionKey: string; readonly typeKey: string }
  | { readonly typeKey: string };

/** The resources in memory as readers see them. What is read is noted in `trace`. */
export interface CachedResources {
  /** The resource, if it is known; not to be changed. */
  get(key: string, trace?: ReadTrace): StoredResource | undefined;
  /** The keys of all resources in a scope, in order, if they are known. */
  keysOf(scope: ListScope, trace?: ReadTrace): readonly string[] | undefined;
  /** A number to take before a read whose result is then `put`: it is another one once something was written. */
  mark(): number;
  /** Keeps what was read since `mark`, unless something was written in between; `text` is its document. */
  put(resource: StoredResource, text: string, mark: number): void;
  /** Keeps the keys of all resources in a scope, on the same condition. */
  putKeys(scope: ListScope, keys: readonly string[], mark: number): void;
  /** A number that grows with every write to resources of these types; undefined while one is not yet committed. */
  markOf(typeKeys: readonly string[]): number | undefined;
}

/** The resources in memory as the open transaction sees them. */
export interface WrittenResources extends CachedResources {
  /** `isNew` if there was none with its key; `text` is its document. */
  write(resource: StoredResource<object>, written: { readonly text: string; readonly isNew: boolean }): void;
  remove(resource: Listed): void;
}

/** Runs prepared queries. A store reads what is committed; a transaction reads its own writes too. */
export interface Queryable {
  readonly cache: CachedResources;
  all<Values extends object, Row>(query: Prepared<Values, Row>, values: Values): Promise<Row[]>;
  first<Values extends object, Row>(query: Prepared<Values, Row>, values: Values): Promise<Row | undefined>;
}

/** Activities of the open transaction, whose commit writes them. */
export interface WrittenActivities {
  add(activity: Activity): void;
  /** Writes those added so far, for a query that follows. */
  write(): void;
}

/** What a unit of work writes through. */
export interface Transaction extends Queryable {
  readonly cache: WrittenResources;
  readonly activities: WrittenActivities;
  /** Runs a statement that returns no rows. Resolves to the number of rows that it inserted, updated or deleted. */
  change<Values extends object>(statement: Prepared<Values, never>, values: Values): Promise<number>;
  /** Runs `after` once the transaction is durable; never when the unit fails. */
  onCommit(after: () => void): void;
}

/** The durable store: how queries are run. The queries themselves are in the files named for their tables. */
export interface Store extends Queryable, Closable {
  /**
   * Runs `unit` alone and resolves when what it wrote is durable. A unit that throws leaves nothing behind.
   * A unit awaits only its transaction: other units wait for it, and may share its commit.
   */
  write<Result>(unit: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Reads all resources into memory in the background, as far as they fit there. Closing it ends that. */
  fillMemory(): Closable;
  /** Makes what was overwritten or removed before unreadable in the store's files, its log included. */
  forgetOverwritten(): Promise<void>;
  /**
   * Calls `listener` with the keys of the resources that a commit wrote or removed, once readers see it. The returned
   * function removes the listener. Earlier changes are not reported: a listener reads the store when it starts.
   */
  onChange(listener: ChangeListener): () => void;
}

/** Must not throw. */
export type ChangeListener = (keys: readonly string[]) => void;

/** One sentence on why the store could not be read or written; undefined for any other error than of its disk or files. */
export function describeStoreFailure(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !("code" in cause)) return undefined;
  const code = String(cause.code);
  return Object.entries(sentences).find(([start]) => code === start || code.startsWith(`${start}_`))?.[1];
}

/** The fields of a log line for an error: the sentence on a failure of the store, which has no stack, or the error. */
export function failureFields(cause: unknown): { readonly why: string } | { readonly err: unknown } {
  const why = describeStoreFailure(cause);
  return why === undefined ? { err: cause } : { why };
}

const full = "The disk with the data directory is full.";
const denied =
  "The data directory's database may not be used by this user: correct its permissions or choose another --data-dir.";
const damaged = "The data directory's database is damaged: restore it from a copy or choose another --data-dir.";

/** By SQLite's code (sqlite.org/rescode.html), which its extended codes begin with. */
const sentences: Readonly<Record<string, string>> = {
  ENOSPC: full,
  EDQUOT: full,
  SQLITE_FULL: full,
  // No room for the index of its log.
  SQLITE_IOERR_SHMSIZE: full,
  SQLITE_CANTOPEN: denied,
  SQLITE_READONLY: denied,
  SQLITE_PERM: denied,
  SQLITE_NOTADB: damaged,
  SQLITE_CORRUPT: damaged,
  SQLITE_IOERR:
    "The data directory's database could not be read or written: its disk is read-only, failing or not there any more.",
};

const putTrial = prepare<{ id: number; atMs: number }>(`
  insert into write_trials (id, at_ms) values (:id, :atMs)
  on conflict (id) do update set at_ms = excluded.at_ms`);

/** Writes a row that is never read, to find out whether the store can be written. */
export async function tryWrite(tx: Transaction, nowMs: number): Promise<void> {
  await tx.change(putTrial, { id: 1, atMs: nowMs });
}
