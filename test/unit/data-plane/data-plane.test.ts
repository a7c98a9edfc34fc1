import { lstat } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { DataPlane } from "../../../src/data-plane/data-plane.ts";
import { runDirectoryPath } from "../../../src/data-plane/redis/run-directory.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { createLog } from "../../../src/kernel/log.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { openTempStore } from "../../support/temp-store.ts";

test("a data plane that is closed while it starts ends with it and leaves nothing behind", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const dataDir = await tempDir();
  const plane = new DataPlane({
    store: temp.store,
    source: { listClusterKeys: async () => [], readCluster: async () => undefined, clusterKeyOf: () => undefined },
    dataDir,
    limits: { maxMemoryBytes: 1, maxConnections: 1 },
    clock: systemClock,
    log: createLog("silent"),
  });
  let isStarting = true;
  const started = plane
    .start({ path: "redis-server", version: "7.0.0", redisVersion: "7.0.0", moduleFolder: "", setpriv: undefined })
    .finally(() => {
      isStarting = false;
    });
  await plane.close();
  expect(isStarting).toBe(false);
  await started;
  await expect(lstat(runDirectoryPath(dataDir))).rejects.toThrow("ENOENT");
});
