import { open } from "node:fs/promises";
import { transferFailed } from "./dump-location.ts";
import { sendRequest } from "./send-request.ts";
import type { Reach } from "./send-request.ts";
import { SilenceWatch } from "./silence-watch.ts";
import type { WatchGround } from "./silence-watch.ts";

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
