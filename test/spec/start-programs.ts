import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { ProgramPlace } from "../support/arm-caller.ts";
import { spawnProgram } from "../support/program.ts";

/** A program that runs during the whole suite. */
export interface ServedProgram extends ProgramPlace {
  readonly dataDir: string;
}

declare module "vitest" {
  interface ProvidedContext {
    /** The programs to send requests to, by their timing; undefined where the suite runs in its own process. */
    programs: { readonly instant: ServedProgram; readonly azure: ServedProgram } | undefined;
  }
}

/** What takes time in Azure takes so long here: long enough for its beginning to be seen. */
const azureMs = 500;

/** Starts the programs for the suite: the bundle, unless CUPRITE_RUN names the sources. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [instant, azure] = await Promise.all([start("instant"), start(String(azureMs))]);
  project.provide("programs", { instant: instant.served, azure: azure.served });
  return async () => void (await Promise.all([instant.end(), azure.end()]));
}

async function start(timing: string): Promise<{ served: ServedProgram; end: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), "cuprite-contract-"));
  const args = ["--no-data-plane", "--retired-skus", "--timing", timing];
  const env = { CUPRITE_RUN: process.env["CUPRITE_RUN"] ?? "bundle" };
  const program = spawnProgram({ dataDir, args, env });
  const { origin, caPemPath } = await program.ready;
  const end = async (): Promise<void> => {
    await program.end();
    await rm(dataDir, { recursive: true, force: true });
  };
  return { served: { origin, caPemPath, dataDir }, end };
}
