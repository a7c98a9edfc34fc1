import type { Writable } from "node:stream";

const corked: Writable[] = [];

/**
 * Holds back what is written to a stream until everything that can be read now has been read. Whoever waits at the
 * other end, mostly one process for many connections, is then woken once and finds much to do, instead of being woken
 * and falling asleep again for every chunk.
 */
export function corkForTurn(stream: Writable): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  if (corked.push(stream) === 1) setImmediate(uncorkAll);
}

function uncorkAll(): void {
  for (const stream of corked.splice(0)) stream.uncork();
}
