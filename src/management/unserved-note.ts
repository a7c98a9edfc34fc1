import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { UnservedBook, UnservedReport } from "../arm/unserved.ts";
import type { Closable } from "../kernel/shutdown.ts";

const noteFile = (dataDir: string): string => join(dataDir, "unserved.json");

/** Writes the list of what was not served into the data directory when the server ends; overwrites the last one. */
export function keepUnserved(dataDir: string, unserved: UnservedBook): Closable {
  return {
    async close() {
      writeFileSync(noteFile(dataDir), JSON.stringify(unserved.report()), { mode: 0o600 });
    },
  };
}

/** The list of the last server that ended; undefined when there is none. */
export function readUnservedNote(dataDir: string): UnservedReport | undefined {
  try {
    return JSON.parse(readFileSync(noteFile(dataDir), "utf8")) as UnservedReport;
  } catch {
    return undefined; // None has ended here, or the disk was full.
  }
}
