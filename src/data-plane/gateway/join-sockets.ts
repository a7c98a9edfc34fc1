import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import { readBytes, type DatabaseConnection } from "./database-connection.ts";

/** Rewrites a database's replies to one client. */
export interface ReplyRewriter {
  /** Has to see what the client sends, where a rewriter needs it. */
  observe?(chunk: Buffer): void;
  /** The next bytes of the replies, which it may change in place. */
  rewrite(chunk: Buffer): Buffer;
  /** What is still to be sent at the end of the replies. */
  rest(): Buffer;
}

interface Joined {
  readonly client: Socket;
  readonly database: DatabaseConnection;
  readonly rewriter: ReplyRewriter | undefined;
  /** How long one side may stay open after the other has ended. */
  readonly halfOpenMs: number;
}

/**
 * Carries bytes between a client and its database until both have ended. Each side waits for the other's buffers. What
 * one side has sent before its end still arrives. A side that stays open alone is closed after a while.
 */
export function joinSockets({ client, database, rewriter, halfOpenMs }: Joined): void {
  const { socket: server } = database;
  client.on("data", (chunk: Buffer) => {
    rewriter?.observe?.(chunk);
    pass(chunk, { from: client, to: server });
  });
  database.onBytes((reply) => {
    const { bytes, release } = copyOf(rewriter?.rewrite(reply) ?? reply);
    pass(bytes, { from: server, to: client, release });
  });
  client.once("end", () => server.end());
  server.once("end", () => {
    const rest = rewriter?.rest();
    if (rest !== undefined && rest.length > 0) client.write(rest);
    client.end();
  });
  closeTogether(client, server, halfOpenMs);
}

interface Direction {
  readonly from: Socket;
  readonly to: Socket;
  /** Called when the chunk is written. */
  readonly release?: (() => void) | undefined;
}

function pass(chunk: Buffer, { from, to, release }: Direction): void {
  corkForTurn(to);
  const onWritten = release && ((error?: Error | null) => (error ? undefined : release()));
  if (to.write(chunk, onWritten)) return;
  from.pause();
  to.once("drain", () => from.resume());
}

function closeTogether(client: Socket, server: Socket, halfOpenMs: number): void {
  const closeLater = (): void => {
    const timer = setTimeout(() => {
      client.destroy();
      server.destroy();
    }, halfOpenMs);
    timer.unref();
    server.once("close", () => client.destroyed && clearTimeout(timer));
    client.once("close", () => server.destroyed && clearTimeout(timer));
  };
  client.once("end", closeLater);
  server.once("end", closeLater);
  client.once("close", () => server.destroy());
  server.once("close", () => {
    if (!server.readableEnded) client.destroy();
  });
  for (const side of [client, server]) side.on("error", () => side.destroy());
}

const corked: Writable[] = [];

/**
 * Holds back what is written to a stream until everything that can be read now has been read. The peer, often one
 * process with many connections, then wakes up once for all of it, instead of once for every chunk.
 */
function corkForTurn(stream: Writable): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  if (corked.push(stream) === 1) setImmediate(uncorkAll);
}

function uncorkAll(): void {
  for (const stream of corked.splice(0)) stream.uncork();
}

/** Copies of at most so many bytes come from Node's own pool. */
const smallBytes = 4_096;
const maxFreeBlocks = 64;
const freeBlocks: Buffer[] = [];

interface Copy {
  readonly bytes: Buffer;
  /** Has to be called when the copy is not needed any more. */
  readonly release: (() => void) | undefined;
}

/**
 * Copies bytes to memory that is used again. New buffers of this size for every reply would make the garbage collector
 * scan the whole heap many times a second.
 */
function copyOf(bytes: Buffer): Copy {
  if (bytes.length <= smallBytes || bytes.length > readBytes) return { bytes: Buffer.from(bytes), release: undefined };
  const block = freeBlocks.pop() ?? Buffer.allocUnsafeSlow(readBytes);
  bytes.copy(block);
  return {
    bytes: block.subarray(0, bytes.length),
    release: () => {
      if (freeBlocks.length < maxFreeBlocks) freeBlocks.push(block);
    },
  };
}
