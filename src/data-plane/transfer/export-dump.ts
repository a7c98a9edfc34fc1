import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { RedisAdmin } from "../redis/redis-admin.ts";
import { saveDump } from "./save-dump.ts";
import { pathInFolder, writeWhole } from "./dump-folder.ts";
import { transferFailed } from "./dump-location.ts";

interface Place {
  readonly admin: RedisAdmin;
  /** The server's own folder. */
  readonly folder: string;
  /** Where `file:` URLs may lead; empty when nowhere. */
  readonly dumpFolder: string;
}

/** Writes a dump of all keys to a blob or a file. @throws OperationFailure when it cannot be written there. */
export async function exportDump({ admin, folder, dumpFolder }: Place, url: URL, signal: AbortSignal): Promise<void> {
  // Of a database there is one export at a time; the copy of one that was killed is written over.
  const copy = join(folder, "export.rdb");
  try {
    await saveDump({ admin, folder }, copy);
    if (url.protocol === "file:") await putFile(copy, { url, dumpFolder }, signal);
    else await putBlob(copy, url, signal);
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

/** Put Blob: learn.microsoft.com/rest/api/storageservices/put-blob. */
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
      throw transferFailed("written to", url, cause);
    },
  );
  await response.body?.cancel();
  if (!response.ok) throw transferFailed("written to", url, `the answer was ${response.status}.`);
}
