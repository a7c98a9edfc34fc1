/** The Redis behind a database, as far as its resource provider needs it. */
export interface DatabaseDataPlane {
  /** Removes every key. */
  flush(databaseId: string, signal: AbortSignal): Promise<void>;
  /** Replaces all keys by those in the dumps at `sasUris`, which are secret. */
  importData(databaseId: string, sasUris: readonly string[], signal: AbortSignal): Promise<void>;
  /** Why a dump's URL may not be used, to end the sentence "The URL … "; undefined when it may. */
  dumpRefusal(sasUri: string, use: "import" | "export"): Promise<string | undefined>;
  /** Writes a dump of all keys below `sasUri`, which is secret. */
  exportData(databaseId: string, sasUri: string, signal: AbortSignal): Promise<void>;
}
