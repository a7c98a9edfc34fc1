import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as delay } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { codeOf } from "../../kernel/errors.ts";
import { OperationFailure } from "../../operations/operation-kind.ts";
import type { RedisAdmin } from "../redis/redis-admin.ts";
import { dumpFile } from "../redis/redis-run.ts";
import { openPlainFile, pathInFolder, transferFailed, withoutSignature } from "./dump-location.ts";
import { saveInBackground } from "./export-dump.ts";
import { SilenceWatch, getFollowing, type TransferOptions } from "./send-request.ts";

interface ImportOptions extends TransferOptions {
  readonly admin: RedisAdmin;
  /** The Redis server program, which checks dumps too. */
  readonly serverPath: string;
  /** Where `file:` URLs may lead; empty when nowhere. */
  readonly dumpFolder: string;
  /** The server's own folder. */
  readonly folder: string;
  /** The most that all dumps of an import may have, unpacked: the size of the cluster's SKU. */
  readonly sizeInBytes: number;
}

/** Replaces all keys by those of the dumps. Loads nothing until all dumps are fetched and sound. */
export async function importDumps(options: ImportOptions, urls: readonly URL[], signal: AbortSignal): Promise<void> {
  const files = urls.map((_, index) => join(options.folder, `import-${index}.rdb`));
  try {
    let maxBytes = options.sizeInBytes;
    for (const [index, url] of urls.entries()) {
      maxBytes -= await fetchDump(options, { url, file: files[index] ?? "", maxBytes }, signal);
    }
    for (const [index, file] of files.entries()) await loadDump(options, { file, isFirst: index === 0 }, signal);
    await saveLoaded(options.admin, signal);
  } finally {
    for (const file of files) await rm(file, { force: true });
  }
}

/** Redis regards what it has loaded as saved, but its file has only the last of several dumps. */
async function saveLoaded(admin: RedisAdmin, signal: AbortSignal): Promise<void> {
  const [, save] = (await admin.call("CONFIG", "GET", "save")) as [string, string];
  if (save !== "") await saveInBackground(admin, signal);
}

/** The first dump replaces all keys, the others add to it. */
async function loadDump(
  { admin, folder }: ImportOptions,
  { file, isFirst }: { file: string; isFirst: boolean },
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const [, appendOnly] = (await admin.call("CONFIG", "GET", "appendonly")) as [string, string];
  // The append-only file does not record what is loaded in this way: it is written again afterwards.
  if (appendOnly === "yes") await admin.call("CONFIG", "SET", "appendonly", "no");
  await rename(file, join(folder, dumpFile));
  try {
    await admin.call("DEBUG", "RELOAD", "NOSAVE", ...(isFirst ? [] : ["NOFLUSH", "MERGE"]));
  } finally {
    if (appendOnly === "yes") await enableAppendOnly(admin, signal);
  }
}

const pollIntervalMs = 20;

/** Switches the append-only file on, and waits until it holds the keys that are there. */
async function enableAppendOnly(admin: RedisAdmin, signal: AbortSignal): Promise<void> {
  await admin.call("CONFIG", "SET", "appendonly", "yes");
  const inProgress = /aof_rewrite_(?:in_progress|scheduled):1/;
  while (inProgress.test(String(await admin.call("INFO", "persistence")))) {
    await delay(pollIntervalMs, undefined, { signal });
  }
}

interface WantedDump {
  readonly url: URL;
  /** Where it is written. The caller removes it, whether this succeeds or not. */
  readonly file: string;
  /** The most bytes that it may have, packed and unpacked. */
  readonly maxBytes: number;
}

/**
 * Writes a dump to a file, unpacked and checked. Resolves with its size in bytes.
 * @throws OperationFailure when it cannot be read, is too large, or is no dump
 */
async function fetchDump(options: ImportOptions, dump: WantedDump, signal: AbortSignal): Promise<number> {
  const { url, file } = dump;
  if (url.protocol === "file:") await copyDump(options, dump, signal);
  else await download(options, dump, signal);
  if (await isGzip(file)) await unpack(dump, signal);
  if (!(await isSound(options.serverPath, file, signal))) throw notLoadable(url);
  return (await stat(file)).size;
}

async function copyDump({ dumpFolder }: ImportOptions, dump: WantedDump, signal: AbortSignal): Promise<void> {
  const { url, file } = dump;
  const source = async (): Promise<Readable> =>
    (await openPlainFile(await pathInFolder(url, dumpFolder))).createReadStream();
  await namingUrl(url, signal, () => write(file, source, [limitedTo(dump, "has")], signal));
}

async function download(options: ImportOptions, dump: WantedDump, signal: AbortSignal): Promise<void> {
  const { url, file } = dump;
  const watch = new SilenceWatch(options);
  const until = AbortSignal.any([signal, watch.signal]);
  const source = async (): Promise<Readable> => {
    const response = await getFollowing({ url, options, signal: until });
    watch.moved();
    return bodyOf(response, dump);
  };
  try {
    await namingUrl(url, signal, async () => {
      try {
        await write(file, source, [limitedTo(dump, "has", () => watch.moved())], until);
      } finally {
        // Any of the streams may report an abort first, and some report no reason.
        watch.signal.throwIfAborted();
      }
    });
  } finally {
    watch.close();
  }
}

function bodyOf(response: IncomingMessage, dump: WantedDump): Readable {
  const { statusCode = 0, headers } = response;
  const isGood = statusCode >= 200 && statusCode <= 299;
  const isTooLarge = Number(headers["content-length"]) > dump.maxBytes;
  if (isGood && !isTooLarge) return response;
  response.destroy();
  throw isGood ? tooLarge(dump, "has") : new Error(`the answer was ${statusCode}.`);
}

/** Turns a failure into one that names the URL. */
async function namingUrl(url: URL, signal: AbortSignal, read: () => Promise<void>): Promise<void> {
  try {
    await read();
  } catch (cause) {
    signal.throwIfAborted();
    throw cause instanceof OperationFailure ? cause : transferFailed("read from", url, cause);
  }
}

/** Writes a file that only this user can read. It exists before the source is opened, so that the caller can always remove it. */
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

/** Passes at most `maxBytes` on. */
function limitedTo(dump: WantedDump, verb: Verb, onPiece?: () => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      onPiece?.();
      if (bytes > dump.maxBytes) done(tooLarge(dump, verb));
      else done(null, piece);
    },
  });
}

type Verb = "has" | "unpacks to";

const tooLarge = ({ url, maxBytes }: WantedDump, verb: Verb): OperationFailure =>
  invalid(`'${withoutSignature(url)}' ${verb} more than the ${maxBytes} bytes that the cluster's SKU has room for.`);

const notLoadable = (url: URL): OperationFailure =>
  invalid(`'${withoutSignature(url)}' is not a dump that this Redis can load.`);

const invalid = (message: string): OperationFailure => new OperationFailure({ code: "InvalidDataFile", message });

/** Azure's exports are compressed. */
async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.readUInt16BE(0) === 0x1f8b;
  } finally {
    await handle.close();
  }
}

async function unpack(dump: WantedDump, signal: AbortSignal): Promise<void> {
  const { url, file } = dump;
  const packed = `${file}.gz`;
  await rename(file, packed);
  try {
    await write(file, () => createReadStream(packed), [createGunzip(), limitedTo(dump, "unpacks to")], signal);
  } catch (cause) {
    throw isBrokenGzip(cause) ? notLoadable(url) : cause;
  } finally {
    await rm(packed, { force: true });
  }
}

/** zlib's codes: `Z_DATA_ERROR`, `Z_BUF_ERROR`. */
const isBrokenGzip = (cause: unknown): boolean => String(codeOf(cause)).startsWith("Z_");

/** A server ends when it loads a broken dump; one that is called `redis-check-rdb` only checks it (server.c). */
async function isSound(serverPath: string, file: string, signal: AbortSignal): Promise<boolean> {
  const options = { argv0: "redis-check-rdb", stdio: "ignore", signal, killSignal: "SIGKILL" } as const;
  const [code] = (await once(spawn(serverPath, [file], options), "exit")) as [number | null];
  return code === 0;
}
