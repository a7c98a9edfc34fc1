import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The most bytes that a unix socket's path has everywhere: macOS keeps 104, Linux 108, both with a final zero. */
const maxSocketPathBytes = 103;

/** `0123456789ab.sock`. */
const socketNameBytes = 17;

/**
 * The folder of a data directory's unix sockets: short, however long the data directory's name, and nobody else's.
 * @throws one sentence when something that is not ours stands there.
 */
export async function openRunDirectory(dataDir: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const path = runDirectoryPath(dataDir, env);
  await mkdir(path, { recursive: true, mode: 0o700 });
  // In a folder that all may write to, somebody may have been here first; lstat does not follow their link.
  const found = await lstat(path);
  const userId = process.getuid?.();
  if (!found.isDirectory() || (userId !== undefined && found.uid !== userId)) {
    throw new Error(`${path} is not a folder of this user's: remove it, or choose another TMPDIR.`);
  }
  if ((found.mode & 0o077) !== 0) await chmod(path, 0o700);
  for (const name of await readdir(path)) {
    if (name.endsWith(".sock")) await rm(join(path, name), { force: true });
  }
  return path;
}

/** Where `openRunDirectory` makes the folder. */
export function runDirectoryPath(dataDir: string, env: NodeJS.ProcessEnv = process.env): string {
  const userId = process.getuid?.() ?? 0;
  const name = `cuprite-${userId}-${shortHash(resolve(dataDir))}`;
  const places = [env["XDG_RUNTIME_DIR"], tmpdir(), "/tmp"].filter((place) => place !== undefined && place !== "");
  const fitting = places.map((place) => join(place ?? "", name)).find((path) => fits(path));
  return fitting ?? join("/tmp", name);
}

const fits = (path: string): boolean => Buffer.byteLength(path) + 1 + socketNameBytes <= maxSocketPathBytes;

/** Twelve hexadecimal digits that stand for a text in the names of files. */
export const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);
