import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RedisAdmin } from "../redis/redis-admin.ts";
import { dumpFile } from "../redis/redis-run.ts";
import { saveInBackground } from "./export-dump.ts";
import { fetchDump } from "./fetch-dump.ts";
import type { FetchOptions } from "./fetch-dump.ts";

interface ImportOptions extends FetchOptions {
  readonly admin: RedisAdmin;
  /** The server's own folder. */
  readonly folder: string;
  /** The most that all dumps of an import may have, unpacked: the size of the cluster's SKU. */
  readonly sizeInBytes: number;
}

/** Replaces all keys by those of the dumps. Loads nothing until all dumps are fetched and sound. */
export async function importDumps(options: ImportOptions, urls: readonly URL[], signal: AbortSignal): Promise<void> {
  const files = urls.map((_, index) => join(options.folder, `import-${index}.rdb`));
  try {
    let maxBytes = options.sizeInBytes;
    for (const [index, url] of urls.entries()) {
      maxBytes -= await fetchDump(options, { url, file: files[index] ?? "", maxBytes }, signal);
    }
    for (const [index, file] of files.entries()) await loadDump(options, { file, isFirst: index === 0 }, signal);
    await saveLoaded(options.admin, signal);
  } finally {
    for (const file of files) await rm(file, { force: true });
  }
}

/** Redis regards what it has loaded as saved, but its file has only the last of several dumps. */
async function saveLoaded(admin: RedisAdmin, signal: AbortSignal): Promise<void> {
  const [, save] = (await admin.call("CONFIG", "GET", "save")) as [string, string];
  if (save !== "") await saveInBackground(admin, signal);
}

/** The first dump replaces what is there, the others add to it. */
async function loadDump(
  { admin, folder }: ImportOptions,
  { file, isFirst }: { file: string; isFirst: boolean },
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const [, appendOnly] = (await admin.call("CONFIG", "GET", "appendonly")) as [string, string];
  // The append-only file does not record what is loaded in this way: it is written again afterwards.
  if (appendOnly === "yes") await admin.call("CONFIG", "SET", "appendonly", "no");
  await rename(file, join(folder, dumpFile));
  try {
    await admin.call("DEBUG", "RELOAD", "NOSAVE", ...(isFirst ? [] : ["NOFLUSH", "MERGE"]));
  } finally {
    if (appendOnly === "yes") await enableAppendOnly(admin, signal);
  }
}

const pollIntervalMs = 20;

/** Switches the append-only file on, and waits until it holds the keys that are there. */
async function enableAppendOnly(admin: RedisAdmin, signal: AbortSignal): Promise<void> {
  await admin.call("CONFIG", "SET", "appendonly", "yes");
  const inProgress = /aof_rewrite_(?:in_progress|scheduled):1/;
  while (inProgress.test(String(await admin.call("INFO", "persistence")))) {
    await delay(pollIntervalMs, undefined, { signal });
  }
}
