import { copyFile, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RedisAdmin } from "../redis/redis-admin.ts";
import { dumpFile } from "../redis/redis-run.ts";
import { pathInFolder, transferFailed, writeWhole } from "./dump-location.ts";
import { sendRequest, SilenceWatch, type TransferOptions } from "./send-request.ts";

interface ExportOptions extends TransferOptions {
  readonly admin: RedisAdmin;
  /** The server's own folder. */
  readonly folder: string;
  /** Where `file:` URLs may lead; empty when nowhere. */
  readonly dumpFolder: string;
}

/** Writes a dump of all keys to a blob or a file. @throws OperationFailure when it cannot be written there */
export async function exportDump(options: ExportOptions, url: URL, signal: AbortSignal): Promise<void> {
  const { admin, folder, dumpFolder } = options;
  // A database has one export at a time. The copy of an export that was killed is overwritten.
  const copy = join(folder, "export.rdb");
  try {
    await saveInBackground(admin, signal);
    await copyFile(join(folder, dumpFile), copy);
    if (url.protocol === "file:") await putFile(copy, { url, dumpFolder }, signal);
    else await putBlob(copy, url, { ...options, signal });
  } finally {
    await rm(copy, { force: true });
  }
}

const pollIntervalMs = 20;

/** Makes the server write a dump while clients go on. @throws when it cannot, or the signal is aborted first */
export async function saveInBackground(admin: RedisAdmin, signal: AbortSignal): Promise<void> {
  // SCHEDULE: while a rewrite is in progress, the dump follows it.
  await admin.call("BGSAVE", "SCHEDULE");
  for (;;) {
    const info = String(await admin.call("INFO", "persistence"));
    if (info.includes("rdb_bgsave_in_progress:0") && !info.includes("rdb_bgsave_scheduled:1")) {
      if (!info.includes("rdb_last_bgsave_status:ok")) throw new Error("Redis could not write a dump.");
      return;
    }
    await delay(pollIntervalMs, undefined, { signal });
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

/**
 * Writes a file to a blob: learn.microsoft.com/rest/api/storageservices/put-blob.
 * @throws OperationFailure when it is refused, or nothing moves for too long
 */
export async function putBlob(
  file: string,
  url: URL,
  options: TransferOptions & { signal: AbortSignal },
): Promise<void> {
  const { signal } = options;
  const handle = await open(file);
  const source = handle.createReadStream();
  const watch = new SilenceWatch(options);
  try {
    const { size } = await handle.stat();
    const response = await sendRequest({
      url,
      method: "PUT",
      headers: { ...blobHeaders, "content-length": size },
      body: watched(source, watch),
      options,
      signal: AbortSignal.any([signal, watch.signal]),
    });
    response.destroy();
    const { statusCode = 0 } = response;
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

/** The consumer asks for the next piece when the one before it has been taken. */
async function* watched(source: AsyncIterable<Uint8Array>, watch: SilenceWatch): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    yield piece;
    watch.moved();
  }
}
