import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchParents } from "../../src/cli/parent-watch.ts";
import { systemClock } from "../../src/kernel/clock.ts";

let folder = "";

/**
 * Runs before all tests. Programs that they start, and kill, create their folders of sockets in one that is removed at the
 * end. The tests end with the npm that runs them, if one does.
 */
export async function setup(): Promise<void> {
  const onGone = (): void => void process.kill(process.pid, "SIGTERM");
  watchParents({ env: process.env, stopWithParent: false, clock: systemClock, onGone });
  folder = await mkdtemp(join(tmpdir(), "cuprite-run-"));
  process.env["XDG_RUNTIME_DIR"] = folder;
}

/** After all tests. */
export async function teardown(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
