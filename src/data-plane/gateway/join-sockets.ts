import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import type { DatabaseConnection } from "./database-connection.ts";

/** Stands between a database's replies and a client. */
export interface ReplyRewriter {
  /** To be shown what the client sends; undefined for one that need not know. */
  hear?(chunk: Buffer): void;
  /** The next bytes of the replies, which it may change in place. */
  rewrite(chunk: Buffer): Buffer;
  /** What is to be sent when no more replies come. */
  rest(): Buffer | undefined;
}

interface Joined {
  readonly client: Socket;
  readonly database: DatabaseConnection;
  /** What the database's replies go through; undefined for nothing. */
  readonly rewriter: ReplyRewriter | undefined;
  /** How long one side may stay open after the other has ended. */
  readonly halfOpenMs: number;
}

/**
 * Carries bytes between a client and its database until both have ended. Each waits for the other's buffers; what one
 * has sent before its end still arrives; a side that stays open alone is given up after a while.
 */
export function joinSockets({ client, database, rewriter, halfOpenMs }: Joined): void {
  const { socket: server } = database;
  client.on("data", (chunk: Buffer) => {
    rewriter?.hear?.(chunk);
    pass(chunk, { from: client, to: server });
  });
  database.onBytes((said) => {
    const { bytes, giveBack } = copyOf(rewriter?.rewrite(said) ?? said);
    pass(bytes, { from: server, to: client, giveBack });
  });
  client.once("end", () => server.end());
  server.once("end", () => {
    const rest = rewriter?.rest();
    if (rest !== undefined) client.write(rest);
    client.end();
  });
  giveUpTogether(client, server, halfOpenMs);
}

interface Way {
  readonly from: Socket;
  readonly to: Socket;
  /** Called when the chunk is written. */
  readonly giveBack?: (() => void) | undefined;
}

function pass(chunk: Buffer, { from, to, giveBack }: Way): void {
  corkForTurn(to);
  const onWritten = giveBack && ((error?: Error | null) => (error ? undefined : giveBack()));
  if (to.write(chunk, onWritten)) return;
  from.pause();
  to.once("drain", () => from.resume());
}

function giveUpTogether(client: Socket, server: Socket, halfOpenMs: number): void {
  const giveUpSoon = (): void => {
    const timer = setTimeout(() => {
      client.destroy();
      server.destroy();
    }, halfOpenMs);
    timer.unref();
    server.once("close", () => client.destroyed && clearTimeout(timer));
    client.once("close", () => server.destroyed && clearTimeout(timer));
  };
  client.once("end", giveUpSoon);
  server.once("end", giveUpSoon);
  client.once("close", () => server.destroy());
  server.once("close", () => {
    if (!server.readableEnded) client.destroy();
  });
  for (const side of [client, server]) side.on("error", () => side.destroy());
}

/** Up to so many bytes, Node's own pool serves. */
const smallBytes = 4_096;

const blockBytes = 64 * 1_024;

/** So many blocks are kept for later. */
const mostKept = 64;

/** A copy of bytes, and what to call when it is not needed any more. */
export interface Copy {
  readonly bytes: Buffer;
  readonly giveBack: (() => void) | undefined;
}

const kept: Buffer[] = [];

/**
 * Copies bytes to memory that is used again. Buffers of this size that were made anew for each reply would have the
 * garbage collector go through the whole heap many times a second.
 */
export function copyOf(bytes: Buffer): Copy {
  if (bytes.length <= smallBytes || bytes.length > blockBytes)
    return { bytes: Buffer.from(bytes), giveBack: undefined };
  const block = kept.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
  bytes.copy(block);
  return {
    bytes: block.subarray(0, bytes.length),
    giveBack: () => {
      if (kept.length < mostKept) kept.push(block);
    },
  };
}

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
