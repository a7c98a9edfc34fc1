import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Closable } from "./kernel/shutdown.ts";

/** Where the server of a data directory is, for commands that talk to it. */
export interface ServerNote {
  readonly origin: string;
}

const noteFile = (dataDir: string): string => join(dataDir, "server.json");

/** Tells other commands where the server is, until it is closed. */
export function noteServer(dataDir: string, note: ServerNote): Closable {
  writeFileSync(noteFile(dataDir), JSON.stringify(note), { mode: 0o600 });
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
