/** A module that a database is to load, with its arguments in one text. */
export interface AskedModule {
  readonly name: "RedisBloom" | "RediSearch" | "RedisTimeSeries" | "RedisJSON";
  readonly args: string;
}

/** What a data plane finds out about a module: its version where it reports one, or why it is refused, to end "The module '…' ". */
export type ModuleFinding = { readonly version: string | undefined } | { readonly refusal: string };

/** The Redis behind a database, as far as its resource provider needs it. */
export interface DatabaseDataPlane {
  /** Checks each module that a new database asks for. */
  checkModules(asked: readonly AskedModule[]): Promise<readonly ModuleFinding[]>;
  /**
   * Why the database's Redis does not accept permissions, in its own words, or no problem; undefined when it cannot be asked
   * within a second.
   */
  checkAccessString(
    databaseId: string,
    accessString: string,
  ): Promise<{ readonly problem: string | undefined } | undefined>;
  /** `7.0`: the version that the database's running server reports, or that it would have. */
  redisVersion(databaseId: string): string;
  /** Why the database's Redis does not start, in a sentence; undefined while it runs or may still start. */
  trouble(databaseId: string): string | undefined;
  /** `7.0`: the version of the Redis that is installed now, which a restarted server would have. */
  installedVersion(): Promise<string>;
  /** Resolves when the database's Redis has what is stored now, or after a second. */
  applied(databaseId: string): Promise<void>;
  /** Resolves when the database's Redis is up and has what is stored. @throws OperationFailure when it does not start */
  started(databaseId: string, signal: AbortSignal): Promise<void>;
  /** Restarts the database's server with the Redis that is installed now. @throws OperationFailure when it does not start */
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
