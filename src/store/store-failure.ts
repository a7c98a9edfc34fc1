/** One sentence on why the store could not be read or written; undefined for what is no failure of its disk or files. */
export function describeStoreFailure(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !("code" in cause)) return undefined;
  const code = String(cause.code);
  return Object.entries(sentences).find(([start]) => code === start || code.startsWith(`${start}_`))?.[1];
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
