import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { RedisAdmin } from "../redis/redis-admin.ts";
import { saveDump } from "./save-dump.ts";
import { transferFailed } from "./dump-location.ts";

/** Writes a dump of all keys to a blob (Put Blob: learn.microsoft.com/rest/api/storageservices/put-blob). */
export async function exportDump(
  { admin, folder }: { admin: RedisAdmin; folder: string },
  url: URL,
  signal: AbortSignal,
): Promise<void> {
  const copy = join(folder, `export-${process.hrtime.bigint()}.rdb`);
  try {
    await saveDump({ admin, folder }, copy);
    await putBlob(copy, url, signal);
  } finally {
    await rm(copy, { force: true });
  }
}

async function putBlob(file: string, url: URL, signal: AbortSignal): Promise<void> {
  const { size } = await stat(file);
  const headers = {
    "x-ms-blob-type": "BlockBlob",
    "x-ms-version": "2021-12-02",
    "content-type": "application/octet-stream",
    "content-length": String(size),
  };
  const body = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;
  const response = await fetch(url, { method: "PUT", headers, body, duplex: "half", signal }).catch(
    (cause: unknown) => {
      throw transferFailed("written to", url, reasonOf(cause));
    },
  );
  await response.body?.cancel();
  if (!response.ok) throw transferFailed("written to", url, `the answer was ${response.status}.`);
}

/** Why a fetch failed: its own message says nothing, its cause does. */
export function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error ? inner.message : String(inner);
}
