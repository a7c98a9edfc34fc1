import { randomUUID } from "node:crypto";
import { link, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

interface DurableFile {
  path: string;
  text: string;
  /** Permission bits; the process's umask does not change them. */
  mode: number;
}

/** The text of a file, or undefined when there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Replaces the whole file, or leaves the old one. Once this resolves, a power failure loses nothing. */
export async function replaceFile(file: DurableFile): Promise<void> {
  await throughDraft(file, (draft) => rename(draft, file.path));
}

/** Creates a file where there is none. Of several processes one creates it, and only there does this resolve to true. */
export async function createFile(file: DurableFile): Promise<boolean> {
  try {
    await throughDraft(file, (draft) => link(draft, file.path));
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

async function throughDraft(file: DurableFile, putInPlace: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${file.path}.${randomUUID()}.draft`;
  try {
    await writeSynced(draft, file);
    await putInPlace(draft);
    await syncFolder(dirname(file.path));
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeSynced(draft: string, { text, mode }: DurableFile): Promise<void> {
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A new name is durable only once its folder is synced; Windows has no such call and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
