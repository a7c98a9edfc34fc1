import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Closable } from "../kernel/shutdown.ts";

/** Where the server of a data directory listens, for the commands that call it. */
interface ServerNote {
  /** The process that has the data directory; undefined in notes of older versions. */
  readonly pid?: number;
  /** Undefined until the server listens. */
  readonly origin?: string;
}

const noteFile = (dataDir: string): string => join(dataDir, "server.json");

/** Writes the note, which stays until it is closed. */
export function noteServer(dataDir: string, note: ServerNote): Closable {
  const draft = `${noteFile(dataDir)}.draft`;
  try {
    writeFileSync(draft, JSON.stringify(note), { mode: 0o600 });
    renameSync(draft, noteFile(dataDir));
  } catch (cause) {
    rmSync(draft, { force: true });
    throw cause;
  }
  return {
    async close() {
      rmSync(noteFile(dataDir), { force: true });
    },
  };
}

/** The note of the last server, which may have been killed since. */
export function readServerNote(dataDir: string): ServerNote | undefined {
  try {
    return JSON.parse(readFileSync(noteFile(dataDir), "utf8")) as ServerNote;
  } catch {
    return undefined; // None runs, or it is only just starting.
  }
}
