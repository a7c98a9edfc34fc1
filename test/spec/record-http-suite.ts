import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { recordFolderVariable } from "../support/exchange-recorder.ts";
import { specFolder } from "./published-document.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Holds the exchanges of the HTTP suite. */
    recordFolder: string;
  }
}

/** The suites whose exchanges are validated. */
const suites = "test/http/microsoft.";

/** Explores at random: what it exchanges is not the same each time. */
const notRecorded = "test/http/microsoft.network/private-link-model.test.ts";

/**
 * Runs the HTTP suite and records its exchanges, once for all files of the spec suite. Whether its own tests pass is
 * `npm test`'s to say.
 */
export function setup(project: TestProject): () => void {
  specFolder();
  const recordFolder = mkdtempSync(join(tmpdir(), "cuprite-exchanges-"));
  const vitest = join(createRequire(import.meta.url).resolve("vitest/package.json"), "../vitest.mjs");
  spawnSync(
    process.execPath,
    [vitest, "run", "--project", "unit", "--reporter", "dot", "--exclude", notRecorded, suites],
    {
      env: { ...process.env, [recordFolderVariable]: recordFolder },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  project.provide("recordFolder", recordFolder);
  return () => rmSync(recordFolder, { recursive: true, force: true });
}
