import { open } from "node:fs/promises";
import { transferFailed } from "./dump-location.ts";
import { SilenceWatch } from "./silence-watch.ts";
import type { WatchGround } from "./silence-watch.ts";

/**
 * Writes a file to a blob: learn.microsoft.com/rest/api/storageservices/put-blob.
 * @throws OperationFailure when it is not taken, or nothing moves for too long
 */
export async function putBlob(file: string, url: URL, ground: WatchGround & { signal: AbortSignal }): Promise<void> {
  const { signal } = ground;
  const handle = await open(file);
  const source = handle.createReadStream();
  const watch = new SilenceWatch(ground);
  try {
    const { size } = await handle.stat();
    const answer = await put(url, {
      size,
      body: pieces(source, watch),
      until: AbortSignal.any([signal, watch.signal]),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`the answer was ${answer.status}.`);
  } catch (cause) {
    signal.throwIfAborted();
    throw transferFailed("written to", url, cause);
  } finally {
    watch.close();
    source.destroy();
  }
}

interface Upload {
  readonly size: number;
  readonly body: AsyncIterable<Uint8Array>;
  readonly until: AbortSignal;
}

function put(url: URL, { size, body, until: signal }: Upload): Promise<Response> {
  const headers = {
    "x-ms-blob-type": "BlockBlob",
    "x-ms-version": "2021-12-02",
    "content-type": "application/octet-stream",
    "content-length": String(size),
  };
  return fetch(url, { method: "PUT", headers, body, duplex: "half", signal });
}

/** The next piece is asked for when the one before it has been taken. */
async function* pieces(source: AsyncIterable<Uint8Array>, watch: SilenceWatch): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    yield piece;
    watch.moved();
  }
}
