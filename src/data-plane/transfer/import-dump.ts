import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { OperationFailure } from "../../operations/operation-kind.ts";
import type { RedisAdmin } from "../redis/redis-admin.ts";
import { dumpFile } from "../redis/redis-run.ts";
import { openPlainFile, pathInFolder } from "./dump-folder.ts";
import { transferFailed, withoutSignature } from "./dump-location.ts";
import { saveInBackground } from "./save-dump.ts";

interface Place {
  readonly admin: RedisAdmin;
  readonly folder: string;
  /** The Redis server program, which checks dumps too. */
  readonly serverPath: string;
  /** Where `file:` URLs may lead; empty when nowhere. */
  readonly dumpFolder: string;
}

/** Replaces all keys by those of the dumps, of which nothing is loaded until all are here and sound. */
export async function importDumps(place: Place, urls: readonly URL[], signal: AbortSignal): Promise<void> {
  const files = urls.map((_, index) => join(place.folder, `import-${index}.rdb`));
  try {
    for (const [index, url] of urls.entries()) await fetchDump(place, url, files[index] ?? "", signal);
    for (const [index, file] of files.entries()) await loadDump(place, file, index === 0);
    await keepLoaded(place.admin);
  } finally {
    for (const file of files) await rm(file, { force: true });
  }
}

async function fetchDump(place: Place, url: URL, file: string, signal: AbortSignal): Promise<void> {
  const source = url.protocol === "file:" ? await openDump(place, url) : await download(url, signal);
  await pipeline(source, createWriteStream(file, { mode: 0o600 }), { signal });
  if (await isGzip(file)) await unpack(file);
  if (await isSound(place.serverPath, file)) return;
  const message = `'${withoutSignature(url)}' is not a dump that this Redis can load.`;
  throw new OperationFailure({ code: "InvalidDataFile", message });
}

async function download(url: URL, signal: AbortSignal): Promise<Readable> {
  const response = await fetch(url, { signal }).catch((cause: unknown) => {
    throw transferFailed("read from", url, cause);
  });
  if (response.ok && response.body !== null) return Readable.fromWeb(response.body);
  await response.body?.cancel();
  throw transferFailed("read from", url, `the answer was ${response.status}.`);
}

async function openDump({ dumpFolder }: Place, url: URL): Promise<Readable> {
  try {
    return (await openPlainFile(await pathInFolder(url, dumpFolder))).createReadStream();
  } catch (cause) {
    throw transferFailed("read from", url, cause);
  }
}

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

async function unpack(file: string): Promise<void> {
  const packed = `${file}.gz`;
  await rename(file, packed);
  try {
    await pipeline(createReadStream(packed), createGunzip(), createWriteStream(file, { mode: 0o600 }));
  } finally {
    await rm(packed, { force: true });
  }
}

/** A server that loads a broken dump ends; one called `redis-check-rdb` only looks at it (server.c). */
async function isSound(serverPath: string, file: string): Promise<boolean> {
  const checker = spawn(serverPath, [file], { argv0: "redis-check-rdb", stdio: "ignore" });
  const [code] = (await once(checker, "exit")) as [number | null];
  return code === 0;
}

/** Redis takes what it loads for saved already, but its file has no more than the last of several dumps. */
async function keepLoaded(admin: RedisAdmin): Promise<void> {
  const [, save] = (await admin.call("CONFIG", "GET", "save")) as [string, string];
  if (save !== "") await saveInBackground(admin);
}

/** The first dump replaces what is there, the others add to it. */
async function loadDump({ admin, folder }: Place, file: string, isFirst: boolean): Promise<void> {
  const [, appendOnly] = (await admin.call("CONFIG", "GET", "appendonly")) as [string, string];
  // The log does not know of what is loaded behind its back: it is begun anew afterwards.
  if (appendOnly === "yes") await admin.call("CONFIG", "SET", "appendonly", "no");
  await rename(file, join(folder, dumpFile));
  try {
    await admin.call("DEBUG", "RELOAD", "NOSAVE", ...(isFirst ? [] : ["NOFLUSH", "MERGE"]));
  } finally {
    if (appendOnly === "yes") await beginLog(admin);
  }
}

const lookMs = 20;

/** Switches the log on, and waits until it holds what was there before. */
async function beginLog(admin: RedisAdmin): Promise<void> {
  await admin.call("CONFIG", "SET", "appendonly", "yes");
  const isUnderWay = /aof_rewrite_(?:in_progress|scheduled):1/;
  while (isUnderWay.test(String(await admin.call("INFO", "persistence")))) await delay(lookMs);
}
