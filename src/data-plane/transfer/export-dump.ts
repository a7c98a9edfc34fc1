import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { RedisAdmin } from "../redis/redis-admin.ts";
import { saveDump } from "./save-dump.ts";
import { pathInFolder, writeWhole } from "./dump-folder.ts";
import { transferFailed } from "./dump-location.ts";
import { putBlob } from "./put-blob.ts";
import type { Reach } from "./send-request.ts";
import type { WatchGround } from "./silence-watch.ts";

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
