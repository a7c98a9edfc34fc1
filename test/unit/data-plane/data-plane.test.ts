import { lstat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { DataPlane } from "../../../src/data-plane/data-plane.ts";
import { runDirectoryPath } from "../../../src/data-plane/redis/run-directory.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { createLog } from "../../../src/kernel/log.ts";
import { tempDir } from "../../support/temp-dir.ts";
import type { Store } from "../../../src/store/store.ts";
import { openTempStore } from "../../support/temp-store.ts";

const binary = {
  path: "redis-server",
  version: "7.0.0",
  redisVersion: "7.0.0",
  moduleFolder: "",
  setpriv: undefined,
};

/** A data plane of no clusters. */
const planeOf = (store: Store, dataDir: string): DataPlane =>
  new DataPlane({
    store,
    source: { listClusterKeys: async () => [], readCluster: async () => undefined, clusterKeyOf: () => undefined },
    dataDir,
    azureCertificates: false,
    limits: { maxMemoryBytes: 1, maxConnections: 1 },
    clock: systemClock,
    log: createLog("silent"),
  });

test("a data plane that is closed while it starts ends with it and leaves nothing behind", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const dataDir = await tempDir();
  const plane = planeOf(temp.store, dataDir);
  let isStarting = true;
  const started = plane.start(binary).finally(() => {
    isStarting = false;
  });
  await plane.close();
  expect(isStarting).toBe(false);
  await started;
  await expect(lstat(runDirectoryPath(dataDir))).rejects.toThrow("ENOENT");
});

test("whoever waits for a Redis hears it when the data plane cannot be started", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const dataDir = await tempDir();
  await writeFile(join(dataDir, "redis"), "in the way");
  const plane = planeOf(temp.store, dataDir);
  const waits = plane.started("/c1", new AbortController().signal);
  await expect(plane.start(binary)).rejects.toThrow("EEXIST");
  await expect(waits).rejects.toThrow(/^The data plane could not be started\. EEXIST/);
  await plane.close();
});
