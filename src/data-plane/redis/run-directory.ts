import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { codeOf } from "../../kernel/errors.ts";

/** The longest path that a unix socket may have everywhere: macOS allows 104 bytes, Linux 108, both with a final zero. */
const maxSocketPathBytes = 103;

/** `0123456789ab.sock`. */
const socketNameBytes = 17;

/** Random letters, added to a name that another user has taken. */
const suffixBytes = Buffer.byteLength("-123456");

/**
 * Opens the folder of a data directory's unix sockets: its path is short, and only this user can enter it. In a folder
 * that everybody can write to, another user may have taken the name; then it gets a name that nobody can guess.
 */
export async function openRunDirectory(dataDir: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const usual = runDirectoryPath(dataDir, env);
  await removeAbandoned(usual);
  const path = (await makePrivate(usual)) ? usual : await mkdtemp(`${usual}-`);
  for (const name of await readdir(path)) {
    if (name.endsWith(".sock")) await rm(join(path, name), { force: true });
  }
  return path;
}

/** Makes a folder, and resolves with whether it belongs to this user alone. lstat does not follow a link at the path. */
async function makePrivate(path: string): Promise<boolean> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") return false;
    throw cause;
  }
  const found = await lstat(path);
  const userId = process.getuid?.();
  if (!found.isDirectory() || (userId !== undefined && found.uid !== userId)) return false;
  if ((found.mode & 0o077) !== 0) await chmod(path, 0o700);
  return true;
}

/** Removes the folders with random names that killed predecessors left. No other process has the data directory. */
async function removeAbandoned(usual: string): Promise<void> {
  const userId = process.getuid?.();
  for (const name of await readdir(dirname(usual)).catch(() => [])) {
    if (!name.startsWith(`${basename(usual)}-`)) continue;
    const path = join(dirname(usual), name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory() === true && found.uid === userId) await rm(path, { recursive: true, force: true });
  }
}

/** Where `openRunDirectory` makes the folder, unless another user has taken the name. */
export function runDirectoryPath(dataDir: string, env: NodeJS.ProcessEnv = process.env): string {
  const userId = process.getuid?.() ?? 0;
  const name = `cuprite-${userId}-${shortHash(resolve(dataDir))}`;
  const places = [env["XDG_RUNTIME_DIR"], tmpdir(), "/tmp"].filter((place) => place !== undefined && place !== "");
  const fitting = places.map((place) => join(place ?? "", name)).find((path) => fits(path));
  return fitting ?? join("/tmp", name);
}

const fits = (path: string): boolean =>
  Buffer.byteLength(path) + suffixBytes + 1 + socketNameBytes <= maxSocketPathBytes;

/** Twelve hexadecimal digits of a text's SHA-256, for names of files. */
export const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);
