import { constants, createReadStream } from "node:fs";
import { open, realpath, rename, rm, type FileHandle } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { codeOf, messageOf } from "../../kernel/errors.ts";
import { newUuid } from "../../kernel/ids.ts";
import { OperationFailure } from "../../operations/operation-kind.ts";
import { hostRefusal } from "./refused-addresses.ts";

/** The URL that a dump is written to: the given blob, or a blob with this name in the given container (documented). */
export function exportUrl(sasUri: string, name: string): URL {
  const url = new URL(sasUri);
  if (!namesBlob(url)) url.pathname = `${url.pathname.replace(/\/$/, "")}/${name}`;
  return url;
}

/** `sr` says what a signature is for: a blob, a container or a directory. Without it, a blob has an extension. */
function namesBlob(url: URL): boolean {
  const resource = url.searchParams.get("sr");
  if (resource === "c" || resource === "d") return false;
  return resource === "b" || /\.\w+$/.test(url.pathname);
}

/** A URL for messages: without its query, which has the signature. */
export const withoutSignature = ({ protocol, host, pathname }: URL): string => `${protocol}//${host}${pathname}`;

/** A transfer's failure; its message does not have the signature. */
export const transferFailed = (what: string, url: URL, cause: unknown): OperationFailure =>
  new OperationFailure({
    code: "DataTransferFailed",
    message: `The data could not be ${what} '${withoutSignature(url)}': ${withoutQueries(reasonOf(cause))}`,
  });

/** Of two nested errors, the inner one says what happened. */
const reasonOf = (cause: unknown): string =>
  messageOf(cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause);

/** Messages of other programs may repeat a URL. */
const withoutQueries = (text: string): string => text.replaceAll(/\?[^\s'"]*/g, "");

/** What a dump's URL is used for. */
type DumpUse = "import" | "export";

/**
 * Why a dump's URL may not be used, to end the sentence "The URL … "; undefined when it may. Never has the URL's query.
 * `dumpFolder` is where `file:` URLs may lead; empty when nowhere. Host names are judged when they are resolved.
 */
export async function dumpRefusal(
  address: string,
  use: DumpUse,
  { dumpFolder, linkLocalTransfers }: { dumpFolder: string; linkLocalTransfers: boolean },
): Promise<string | undefined> {
  if (!URL.canParse(address)) return "cannot be read as one.";
  const url = use === "export" ? exportUrl(address, "dump.rdb") : new URL(address);
  if (url.username !== "" || url.password !== "") return "has a user name or a password, which is not supported.";
  if (url.protocol !== "file:") return linkLocalTransfers ? undefined : hostRefusal(url);
  try {
    await pathInFolder(url, dumpFolder);
    return undefined;
  } catch (cause) {
    return cause instanceof DumpFolderError ? cause.message : "leads to a path that cannot be looked at.";
  }
}

/** A `file:` URL leads outside of the allowed folder. */
class DumpFolderError extends Error {
  override readonly name = "DumpFolderError";
}

/**
 * The path that a `file:` URL leads to, without symbolic links, except perhaps in its last part when there is no file yet.
 * @throws DumpFolderError when it is not in the folder.
 */
export async function pathInFolder(url: URL, dumpFolder: string): Promise<string> {
  if (dumpFolder === "") throw new DumpFolderError(`is a file: URL; the setting --dump-folder allows none.`);
  const root = await realPathOf(dumpFolder);
  if (root === undefined) throw new DumpFolderError(`is a file: URL; the folder of --dump-folder does not exist.`);
  const path = pathOf(url);
  const parent = path === undefined ? undefined : await realPathOf(dirname(path));
  const outside = new DumpFolderError("does not lead into the folder of the setting --dump-folder.");
  if (path === undefined || parent === undefined || !isWithin(root, parent)) throw outside;
  const place = join(parent, basename(path));
  const found = await realPathOf(place);
  if (place === root || (found !== undefined && !isWithin(root, found))) throw outside;
  return found ?? place;
}

const isWithin = (root: string, path: string): boolean => `${path}${sep}`.startsWith(root === sep ? sep : root + sep);

/** undefined when the URL names another host, or has an encoded slash or zero. */
function pathOf(url: URL): string | undefined {
  try {
    return url.host === "" && !/%00/.test(url.pathname) ? fileURLToPath(url) : undefined;
  } catch {
    return undefined; // fileURLToPath refuses an encoded slash.
  }
}

/** undefined when nothing is there. @throws when that cannot be found out */
async function realPathOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return undefined;
    throw cause;
  }
}

/** Copies a file to `path`, for this user alone. A reader sees the whole copy or what was there before. */
export async function writeWhole(source: string, path: string, signal: AbortSignal): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.${newUuid()}.partial`);
  const handle = await open(partial, "wx", 0o600);
  try {
    await pipeline(createReadStream(source), handle.createWriteStream({ flush: true }), { signal });
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    throw cause;
  }
}

/** Opens a file for reading. @throws for anything else, which might never end or never open */
export async function openPlainFile(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new Error("it is not a file.");
}
