import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

/** The most bytes that a unix socket's path has everywhere: macOS keeps 104, Linux 108, both with a final zero. */
const maxSocketPathBytes = 103;

/** `0123456789ab.sock`. */
const socketNameBytes = 17;

/** What is added to a name that somebody else has taken: random letters. */
const suffixBytes = Buffer.byteLength("-123456");

/**
 * The folder of a data directory's unix sockets: short, however long the data directory's name, and nobody else's. In a
 * folder that all may write to, somebody may have taken the name before; then it gets one that nobody can know.
 */
export async function openRunDirectory(dataDir: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const usual = runDirectoryPath(dataDir, env);
  await removeUnusual(usual);
  const path = (await isMadeOurs(usual)) ? usual : await mkdtemp(`${usual}-`);
  for (const name of await readdir(path)) {
    if (name.endsWith(".sock")) await rm(join(path, name), { force: true });
  }
  return path;
}

/** Makes a folder, and answers whether it is this user's alone; lstat does not follow a link that stands there. */
async function isMadeOurs(path: string): Promise<boolean> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return false;
    throw cause;
  }
  const found = await lstat(path);
  const userId = process.getuid?.();
  if (!found.isDirectory() || (userId !== undefined && found.uid !== userId)) return false;
  if ((found.mode & 0o077) !== 0) await chmod(path, 0o700);
  return true;
}

/** Removes the folders with random names that killed predecessors have left; only this process has the data directory. */
async function removeUnusual(usual: string): Promise<void> {
  const userId = process.getuid?.();
  for (const name of await readdir(dirname(usual)).catch(() => [])) {
    if (!name.startsWith(`${basename(usual)}-`)) continue;
    const path = join(dirname(usual), name);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory() === true && found.uid === userId) await rm(path, { recursive: true, force: true });
  }
}

/** Where `openRunDirectory` makes the folder, unless somebody else has taken the name. */
export function runDirectoryPath(dataDir: string, env: NodeJS.ProcessEnv = process.env): string {
  const userId = process.getuid?.() ?? 0;
  const name = `cuprite-${userId}-${shortHash(resolve(dataDir))}`;
  const places = [env["XDG_RUNTIME_DIR"], tmpdir(), "/tmp"].filter((place) => place !== undefined && place !== "");
  const fitting = places.map((place) => join(place ?? "", name)).find((path) => fits(path));
  return fitting ?? join("/tmp", name);
}

const fits = (path: string): boolean =>
  Buffer.byteLength(path) + suffixBytes + 1 + socketNameBytes <= maxSocketPathBytes;

/** Twelve hexadecimal digits that stand for a text in the names of files. */
export const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);
