import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RedisAdmin } from "../redis/redis-admin.ts";
import { dumpFile } from "../redis/redis-run.ts";
import { fetchDump } from "./fetch-dump.ts";
import type { FetchGround } from "./fetch-dump.ts";
import { saveInBackground } from "./export-dump.ts";

interface Place extends FetchGround {
  readonly admin: RedisAdmin;
  /** The server's own folder. */
  readonly folder: string;
  /** What the dumps of an import may have together, unpacked: the size of the cluster's SKU. */
  readonly sizeInBytes: number;
}

/** Replaces all keys by those of the dumps, of which nothing is loaded until all are here and sound. */
export async function importDumps(place: Place, urls: readonly URL[], signal: AbortSignal): Promise<void> {
  const files = urls.map((_, index) => join(place.folder, `import-${index}.rdb`));
  try {
    let room = place.sizeInBytes;
    for (const [index, url] of urls.entries()) {
      room -= await fetchDump(place, { url, file: files[index] ?? "", room }, signal);
    }
    for (const [index, file] of files.entries()) await loadDump(place, { file, isFirst: index === 0 }, signal);
    await keepLoaded(place.admin, signal);
  } finally {
    for (const file of files) await rm(file, { force: true });
  }
}

/** Redis takes what it loads for saved already, but its file has no more than the last of several dumps. */
async function keepLoaded(admin: RedisAdmin, signal: AbortSignal): Promise<void> {
  const [, save] = (await admin.call("CONFIG", "GET", "save")) as [string, string];
  if (save !== "") await saveInBackground(admin, signal);
}

/** The first dump replaces what is there, the others add to it. */
async function loadDump(
  { admin, folder }: Place,
  { file, isFirst }: { file: string; isFirst: boolean },
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const [, appendOnly] = (await admin.call("CONFIG", "GET", "appendonly")) as [string, string];
  // The log does not know of what is loaded behind its back: it is begun anew afterwards.
  if (appendOnly === "yes") await admin.call("CONFIG", "SET", "appendonly", "no");
  await rename(file, join(folder, dumpFile));
  try {
    await admin.call("DEBUG", "RELOAD", "NOSAVE", ...(isFirst ? [] : ["NOFLUSH", "MERGE"]));
  } finally {
    if (appendOnly === "yes") await beginLog(admin, signal);
  }
}

const lookMs = 20;

/** Switches the log on, and waits until it holds what was there before. */
async function beginLog(admin: RedisAdmin, signal: AbortSignal): Promise<void> {
  await admin.call("CONFIG", "SET", "appendonly", "yes");
  const isUnderWay = /aof_rewrite_(?:in_progress|scheduled):1/;
  while (isUnderWay.test(String(await admin.call("INFO", "persistence")))) {
    await delay(lookMs, undefined, { signal });
  }
}
