import { copyFile, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RedisAdmin } from "../redis/redis-admin.ts";
import { dumpFile } from "../redis/redis-run.ts";
import { pathInFolder, transferFailed, writeWhole } from "./dump-location.ts";
import { sendRequest, SilenceWatch } from "./send-request.ts";
import type { Reach, WatchGround } from "./send-request.ts";

interface Place extends WatchGround, Reach {
  readonly admin: RedisAdmin;
  /** The server's own folder. */
  readonly folder: string;
  /** Where `file:` URLs may lead; empty when nowhere. */
  readonly dumpFolder: string;
}

/** Writes a dump of all keys to a blob or a file. @throws OperationFailure when it cannot be written there. */
export async function exportDump(place: Place, url: URL, signal: AbortSignal): Promise<void> {
  const { folder, dumpFolder } = place;
  // Of a database there is one export at a time; the copy of one that was killed is written over.
  const copy = join(folder, "export.rdb");
  try {
    await saveDump(place, copy, signal);
    if (url.protocol === "file:") await putFile(copy, { url, dumpFolder }, signal);
    else await putBlob(copy, url, { ...place, signal });
  } finally {
    await rm(copy, { force: true });
  }
}

async function putFile(
  file: string,
  { url, dumpFolder }: { url: URL; dumpFolder: string },
  signal: AbortSignal,
): Promise<void> {
  try {
    await writeWhole(file, await pathInFolder(url, dumpFolder), signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw transferFailed("written to", url, cause);
  }
}

const lookMs = 20;

/** Has the server write a dump in the background, so that clients go on, and copies it to `path`. */
export async function saveDump(
  { admin, folder }: { admin: RedisAdmin; folder: string },
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await saveInBackground(admin, signal);
  await copyFile(join(folder, dumpFile), path);
}

/** Has the server write a dump of what it has now. @throws when it cannot, or the signal comes first. */
export async function saveInBackground(admin: RedisAdmin, signal: AbortSignal): Promise<void> {
  // SCHEDULE: when a rewrite is under way it comes after that.
  await admin.call("BGSAVE", "SCHEDULE");
  for (;;) {
    const info = String(await admin.call("INFO", "persistence"));
    if (info.includes("rdb_bgsave_in_progress:0") && !info.includes("rdb_bgsave_scheduled:1")) {
      if (!info.includes("rdb_last_bgsave_status:ok")) throw new Error("Redis could not write a dump.");
      return;
    }
    await delay(lookMs, undefined, { signal });
  }
}

/**
 * Writes a file to a blob: learn.microsoft.com/rest/api/storageservices/put-blob.
 * @throws OperationFailure when it is not taken, or nothing moves for too long
 */
export async function putBlob(
  file: string,
  url: URL,
  ground: WatchGround & Reach & { signal: AbortSignal },
): Promise<void> {
  const { signal } = ground;
  const handle = await open(file);
  const source = handle.createReadStream();
  const watch = new SilenceWatch(ground);
  try {
    const { size } = await handle.stat();
    const answer = await sendRequest({
      url,
      method: "PUT",
      headers: { ...blobHeaders, "content-length": size },
      body: pieces(source, watch),
      reach: ground,
      signal: AbortSignal.any([signal, watch.signal]),
    });
    answer.destroy();
    const { statusCode = 0 } = answer;
    if (statusCode < 200 || statusCode > 299) throw new Error(`the answer was ${statusCode}.`);
  } catch (cause) {
    signal.throwIfAborted();
    throw transferFailed("written to", url, cause);
  } finally {
    watch.close();
    source.destroy();
  }
}

const blobHeaders = {
  "x-ms-blob-type": "BlockBlob",
  "x-ms-version": "2021-12-02",
  "content-type": "application/octet-stream",
} as const;

/** The next piece is asked for when the one before it has been taken. */
async function* pieces(source: AsyncIterable<Uint8Array>, watch: SilenceWatch): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    yield piece;
    watch.moved();
  }
}
