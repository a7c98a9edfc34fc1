import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { Transform } from "node:stream";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { OperationFailure } from "../../operations/operation-kind.ts";
import { openPlainFile, pathInFolder, transferFailed, withoutSignature } from "./dump-location.ts";
import { getFollowing, SilenceWatch } from "./send-request.ts";
import type { Reach, WatchGround } from "./send-request.ts";

/** What dumps are fetched with. */
export interface FetchGround extends WatchGround, Reach {
  /** The Redis server program, which checks dumps too. */
  readonly serverPath: string;
  /** Where `file:` URLs may lead; empty when nowhere. */
  readonly dumpFolder: string;
}

interface Wish {
  readonly url: URL;
  /** Where it goes; whoever asks for it removes that, however this ends. */
  readonly file: string;
  /** The most bytes that it may have, as it comes and unpacked. */
  readonly room: number;
}

/**
 * Brings a dump into a file, unpacked and sound, and answers its size in bytes.
 * @throws OperationFailure when it cannot be read, is larger than there is room for, or is no dump
 */
export async function fetchDump(ground: FetchGround, wish: Wish, signal: AbortSignal): Promise<number> {
  const { url, file } = wish;
  if (url.protocol === "file:") await copyDump(ground, wish, signal);
  else await download(ground, wish, signal);
  if (await isGzip(file)) await unpack(wish, signal);
  if (!(await isSound(ground.serverPath, file, signal))) throw notLoadable(url);
  return (await stat(file)).size;
}

async function copyDump({ dumpFolder }: FetchGround, wish: Wish, signal: AbortSignal): Promise<void> {
  const { url, file } = wish;
  const source = async (): Promise<Readable> =>
    (await openPlainFile(await pathInFolder(url, dumpFolder))).createReadStream();
  await told(url, signal, () => write(file, source, [limited(wish, "has")], signal));
}

async function download(ground: FetchGround, wish: Wish, signal: AbortSignal): Promise<void> {
  const { url, file } = wish;
  const watch = new SilenceWatch(ground);
  const until = AbortSignal.any([signal, watch.signal]);
  const source = async (): Promise<Readable> => {
    const answer = await getFollowing({ url, reach: ground, signal: until });
    watch.moved();
    return bodyOf(answer, wish);
  };
  try {
    await told(url, signal, async () => {
      try {
        await write(file, source, [limited(wish, "has", () => watch.moved())], until);
      } finally {
        // Which of the streams tells of an abort first is left to chance, and some tell no reason.
        watch.signal.throwIfAborted();
      }
    });
  } finally {
    watch.close();
  }
}

function bodyOf(answer: IncomingMessage, wish: Wish): Readable {
  const { statusCode = 0, headers } = answer;
  const isGood = statusCode >= 200 && statusCode <= 299;
  const isTooLarge = Number(headers["content-length"]) > wish.room;
  if (isGood && !isTooLarge) return answer;
  answer.destroy();
  throw isGood ? tooLarge(wish, "has") : new Error(`the answer was ${statusCode}.`);
}

/** Tells of a failure with the URL that it is about. */
async function told(url: URL, signal: AbortSignal, read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (cause) {
    signal.throwIfAborted();
    throw cause instanceof OperationFailure ? cause : transferFailed("read from", url, cause);
  }
}

/** Writes a file for this user alone, which is there before anything else: whoever removes it is never too early. */
async function write(
  file: string,
  source: () => Readable | Promise<Readable>,
  steps: readonly Transform[],
  signal: AbortSignal,
): Promise<void> {
  const target = await open(file, "w", 0o600);
  try {
    await pipeline([await source(), ...steps, target.createWriteStream()], { signal });
  } finally {
    await target.close();
  }
}

/** Lets no more through than there is room for. */
function limited(wish: Wish, verb: Verb, onPiece?: () => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      onPiece?.();
      if (bytes > wish.room) done(tooLarge(wish, verb));
      else done(null, piece);
    },
  });
}

type Verb = "has" | "unpacks to";

const tooLarge = ({ url, room }: Wish, verb: Verb): OperationFailure =>
  invalid(`'${withoutSignature(url)}' ${verb} more than the ${room} bytes that the cluster's SKU has room for.`);

const notLoadable = (url: URL): OperationFailure =>
  invalid(`'${withoutSignature(url)}' is not a dump that this Redis can load.`);

const invalid = (message: string): OperationFailure => new OperationFailure({ code: "InvalidDataFile", message });

/** Exports of Azure are compressed. */
async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.readUInt16BE(0) === 0x1f8b;
  } finally {
    await handle.close();
  }
}

async function unpack(wish: Wish, signal: AbortSignal): Promise<void> {
  const { url, file } = wish;
  const packed = `${file}.gz`;
  await rename(file, packed);
  try {
    await write(file, () => createReadStream(packed), [createGunzip(), limited(wish, "unpacks to")], signal);
  } catch (cause) {
    throw isBrokenGzip(cause) ? notLoadable(url) : cause;
  } finally {
    await rm(packed, { force: true });
  }
}

/** zlib's codes: `Z_DATA_ERROR`, `Z_BUF_ERROR`. */
const isBrokenGzip = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && String(cause.code).startsWith("Z_");

/** A server that loads a broken dump ends; one called `redis-check-rdb` only looks at it (server.c). */
async function isSound(serverPath: string, file: string, signal: AbortSignal): Promise<boolean> {
  const options = { argv0: "redis-check-rdb", stdio: "ignore", signal, killSignal: "SIGKILL" } as const;
  const [code] = (await once(spawn(serverPath, [file], options), "exit")) as [number | null];
  return code === 0;
}
