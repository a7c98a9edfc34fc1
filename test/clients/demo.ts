import { startProgram, type Program } from "../support/program.ts";
import { tempDir } from "../support/temp-dir.ts";
import { trust } from "./trust.ts";

/**
 * Starts the program with its demonstration on an empty data directory; this process trusts it. The JavaScript SDK knows
 * Enterprise SKUs alone.
 */
export async function startDemo({ timing = "instant" } = {}): Promise<Program> {
  const program = await startProgram({
    dataDir: await tempDir(),
    args: ["--demo", "--retired-skus", "--timing", timing],
  });
  await trust(program);
  return program;
}

/** The group and the cluster of the demonstration. */
export const demoCluster = ["rg1", "cache1"] as const;

/** The connection of the demonstration that waits for its owner. */
export const waitingConnection = [...demoCluster, "pectest01"] as const;
