import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { findRedis } from "../../src/data-plane/redis/redis-binary.ts";
import { RedisDatabase } from "../../src/data-plane/redis/redis-database.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createLog } from "../../src/kernel/log.ts";
import { ManualClock } from "./manual-clock.ts";
import { tempDir } from "./temp-dir.ts";

/** A running database with a dump folder, and a clock for its transfers that the test pushes. */
export async function openDumpPlace({ save = "" } = {}) {
  const search = await findRedis();
  if (!("found" in search)) throw new Error(search.missing);
  const binary = search.found;
  const folder = join(await tempDir(), "db");
  await mkdir(folder);
  const database = new RedisDatabase({
    binary,
    folder,
    socketPath: join(folder, "s.sock"),
    clock: systemClock,
    log: createLog("silent"),
  });
  onTestFinished(() => database.close());
  const live = { maxmemory: "10000000", save, appendonly: "no" };
  const acl = new Map([["default", ["reset"]]]);
  await database.apply({ live, fixed: { databases: "1" }, acl, modules: [], isPersistent: save !== "" });
  return {
    database,
    admin: await database.admin(),
    folder,
    serverPath: binary.path,
    dumpFolder: await tempDir(),
    linkLocalTransfers: false,
    sizeInBytes: 10_000_000,
    clock: new ManualClock(),
  };
}
