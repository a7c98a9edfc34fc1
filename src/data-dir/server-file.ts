import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Closable } from "../kernel/shutdown.ts";

/** Where the server of a data directory is, for commands that talk to it. */
export interface ServerNote {
  /** The process that has the data directory; undefined in what versions before have noted. */
  readonly pid?: number;
  /** Undefined until it serves. */
  readonly origin?: string;
}

const noteFile = (dataDir: string): string => join(dataDir, "server.json");

/** Tells other commands which process the server is, and where, until it is closed. */
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

/** What the last server noted; it may have been killed since. */
export function readServerNote(dataDir: string): ServerNote | undefined {
  try {
    return JSON.parse(readFileSync(noteFile(dataDir), "utf8")) as ServerNote;
  } catch {
    return undefined; // None runs, or it is only just starting.
  }
}
