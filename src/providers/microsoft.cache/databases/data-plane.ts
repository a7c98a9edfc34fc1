import type { DatabaseModule } from "./database-document.ts";

/** A module that is asked for, with its arguments in one text. */
export type AskedModule = Pick<DatabaseModule, "name" | "args">;

/** A module's version where it is to be loaded and tells one, or why it is refused, to end "The module '…' ". */
export type ModuleFinding = { readonly version: string | undefined } | { readonly refusal: string };

/** What a Redis says of permissions: why it does not take them, in its own words. */
export interface AccessStringFinding {
  readonly problem: string | undefined;
}

/** The Redis behind a database, as far as its resource provider needs it. */
export interface DatabaseDataPlane {
  /** What there is to say of each module that a new database asks for. */
  checkModules(asked: readonly AskedModule[]): Promise<readonly ModuleFinding[]>;
  /** Whether the database's Redis takes permissions; undefined when it cannot be asked within a moment. */
  checkAccessString(databaseId: string, accessString: string): Promise<AccessStringFinding | undefined>;
  /** `7.0`: the Redis that the database's server says it is, or that it would be. */
  redisVersion(databaseId: string): string;
  /** Why the database's Redis does not come up, in a sentence; undefined while it runs or may still start. */
  trouble(databaseId: string): string | undefined;
  /** `7.0`: the Redis that is installed by now, which a server that is started anew would be. */
  installedVersion(): Promise<string>;
  /** Answers when what the database is by now was brought to its Redis, but waits no longer than a moment. */
  applied(databaseId: string): Promise<void>;
  /** Answers when the database's Redis is up and as it is to be. @throws OperationFailure when it does not start */
  started(databaseId: string, signal: AbortSignal): Promise<void>;
  /** Has the database served by the Redis that is installed by now. @throws OperationFailure when it does not start */
  upgrade(databaseId: string, signal: AbortSignal): Promise<void>;
  /** Removes every key. */
  flush(databaseId: string, signal: AbortSignal): Promise<void>;
  /** Replaces all keys by those in the dumps at `sasUris`, which are secret. */
  importData(databaseId: string, sasUris: readonly string[], signal: AbortSignal): Promise<void>;
  /** Why a dump's URL may not be used, to end the sentence "The URL … "; undefined when it may. */
  dumpRefusal(sasUri: string, use: "import" | "export"): Promise<string | undefined>;
  /** Writes a dump of all keys below `sasUri`, which is secret. */
  exportData(databaseId: string, sasUri: string, signal: AbortSignal): Promise<void>;
}

/** The code of an operation that failed because the database's Redis did not start. */
export const redisNotStarted = "RedisServerNotStarted";
