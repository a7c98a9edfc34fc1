import { chmod, link, mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { newUuid } from "../../kernel/ids.ts";

/** A key file's content and its place in the order in which keys were made, from 1. */
export interface KeyFile {
  readonly sequence: number;
  readonly path: string;
  readonly text: string;
}

const namePattern = /^signing-(\d{6})\.jwk$/;

/** The folder of the signing keys, readable by their owner alone. */
export async function openKeyFolder(dataDir: string): Promise<string> {
  const folder = join(dataDir, "keys");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  return folder;
}

/** All keys, oldest first. */
export async function readKeyFiles(folder: string): Promise<KeyFile[]> {
  const files: KeyFile[] = [];
  for (const name of (await readdir(folder)).toSorted()) {
    const sequence = namePattern.exec(name)?.[1];
    if (sequence === undefined) continue;
    const path = join(folder, name);
    files.push({ sequence: Number(sequence), path, text: await readFile(path, "utf8") });
  }
  return files;
}

/**
 * Adds a key under a sequence number, complete or not at all; false when another process took the number first.
 * A hard link is what makes both so: it appears with its whole content, and never replaces a file.
 */
export async function addKeyFile(folder: string, file: { sequence: number; text: string }): Promise<boolean> {
  const draft = join(folder, `draft-${newUuid()}`);
  try {
    await writeDurably(draft, file.text);
    await link(draft, join(folder, `signing-${String(file.sequence).padStart(6, "0")}.jwk`));
    return true;
  } catch (cause) {
    if (isTaken(cause)) return false;
    throw cause;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

const isTaken = (cause: unknown): boolean => cause instanceof Error && "code" in cause && cause.code === "EEXIST";
