import { createHash } from "node:crypto";
import { constants, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout, outputOf, startProgram } from "../support/program.ts";

/**
 * A data directory below `dir` with so many resources, a copy of one that stays for the next run, because filling a million
 * takes more than a minute; other code that fills makes others.
 */
export async function filledStore(dir: string, count: number): Promise<string> {
  const folder = join(tmpdir(), "cuprite-bench-stores");
  const original = join(folder, `${hashOfFilling()}-${count}`);
  if (!existsSync(original)) await fill(original, count);
  const dataDir = join(dir, String(count));
  cpSync(original, dataDir, { recursive: true, mode: constants.COPYFILE_FICLONE });
  return dataDir;
}

async function fill(dataDir: string, count: number): Promise<void> {
  console.log(`Filling ${dataDir} …`);
  // Another run may fill the same at the same time.
  const unfinished = `${dataDir}.${process.pid}.unfinished`;
  mkdirSync(unfinished, { recursive: true });
  await outputOf(startProgram(["bench/many/fill.ts", unfinished, String(count)]), /resources in/);
  if (existsSync(dataDir)) rmSync(unfinished, { recursive: true });
  else renameSync(unfinished, dataDir);
}

function hashOfFilling(): string {
  const hash = createHash("sha256");
  for (const file of ["cells.ts", "fill-store.ts"]) hash.update(readFileSync(join(checkout, "bench/support", file)));
  return hash.digest("hex").slice(0, 8);
}
