import { lstat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { DataPlane } from "../../../src/data-plane/data-plane.ts";
import type { ClusterFacts } from "../../../src/data-plane/facts.ts";
import { findRedis } from "../../../src/data-plane/redis/redis-binary.ts";
import { runDirectoryPath } from "../../../src/data-plane/redis/run-directory.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { createLog } from "../../../src/kernel/log.ts";
import type { Store } from "../../../src/store/store.ts";
import { clusterFacts, clusterKey } from "../../support/cluster-facts.ts";
import { asSilent, fakeRedis } from "../../support/fake-redis.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { openTempStore } from "../../support/temp-store.ts";

const binary = {
  path: "redis-server",
  version: "7.0.0",
  redisVersion: "7.0.0",
  moduleFolder: "",
  setpriv: undefined,
};

/** A data plane of no clusters, or of one. */
const planeOf = (store: Store, dataDir: string, readFacts?: () => ClusterFacts): DataPlane =>
  new DataPlane({
    store,
    source: {
      listClusterKeys: async () => (readFacts === undefined ? [] : [clusterKey]),
      readCluster: async () => readFacts?.(),
      clusterKeyOf: () => (readFacts === undefined ? undefined : clusterKey),
    },
    dataDir,
    azureCertificates: false,
    limits: { maxMemoryBytes: 1, maxConnections: 1 },
    clock: systemClock,
    log: createLog("silent"),
  });

test("a data plane that is closed while it starts ends and leaves no folder", async () => {
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

test("waiting for a Redis rejects when the data plane cannot be started", async () => {
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

test("issues a token without waiting for a Redis on which its bearer has no assignment", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const plane = planeOf(temp.store, await tempDir(), clusterFacts);
  onTestFinished(() => plane.close());
  const { env } = await fakeRedis(asSilent);
  const search = await findRedis(env);
  if ("missing" in search) throw new Error(search.missing);
  await plane.start(search.found);
  let hasStarted = false;
  void plane.applied(clusterKey).then(() => (hasStarted = true));
  await plane.addToken({ hash: "0".repeat(64), objectId: "nobody", expiresAtMs: systemClock.nowMs() + 60_000 });
  expect(hasStarted).toBe(false);
});
