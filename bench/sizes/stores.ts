import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, outputOf, startProgram } from "../support/program.ts";

/**
 * The data directory with so many resources. It stays for the next run, because filling a million takes more than a minute;
 * other code that fills makes others.
 */
export async function filledStore(count: number): Promise<string> {
  const folder = join(tmpdir(), "cuprite-bench-stores");
  const dataDir = join(folder, `${hashOfFilling()}-${count}`);
  if (existsSync(dataDir)) return dataDir;
  mkdirSync(folder, { recursive: true });
  const unfinished = `${dataDir}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  console.log(`Filling ${dataDir} …`);
  await outputOf(startProgram(["bench/many/fill.ts", unfinished, String(count)]), /resources in/);
  renameSync(unfinished, dataDir);
  return dataDir;
}

function hashOfFilling(): string {
  const hash = createHash("sha256");
  for (const file of ["cells.ts", "fill-store.ts"]) hash.update(readFileSync(join(checkout, "bench/support", file)));
  return hash.digest("hex").slice(0, 8);
}
