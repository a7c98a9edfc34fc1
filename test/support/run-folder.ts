import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder = "";

/** Before all tests: has programs that they start, and kill, make their folders of sockets in one that goes in the end. */
export async function setup(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "cuprite-run-"));
  process.env["XDG_RUNTIME_DIR"] = folder;
}

/** After all tests. */
export async function teardown(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
