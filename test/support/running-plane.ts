import { readFile } from "node:fs/promises";
import { expect, onTestFinished, vi } from "vitest";
import { DataPlane } from "../../src/data-plane/data-plane.ts";
import type { ClusterFacts } from "../../src/data-plane/facts.ts";
import type { PathStatus } from "../../src/data-plane/gateway/cluster-paths.ts";
import { findRedis } from "../../src/data-plane/redis/redis-binary.ts";
import { createLog, type Log } from "../../src/kernel/log.ts";
import { saveResource } from "../../src/store/resources.ts";
import { tlsPaths } from "../../src/tls/authority.ts";
import { clusterKey } from "./cluster-facts.ts";
import { dialPath, type DialOptions } from "./data-plane.ts";
import { ManualClock } from "./manual-clock.ts";
import { tempDir } from "./temp-dir.ts";
import { openTempStore } from "./temp-store.ts";

/** A data plane with a real Redis behind one cluster, whose time a test pushes. */
export interface RunningPlane {
  readonly plane: DataPlane;
  readonly clock: ManualClock;
  readonly dataDir: string;
  readonly ca: string;
  /** A path of the cluster. @throws when there is none with that name */
  path(name: string): PathStatus;
  /** Changes what the store says about the cluster, and notifies the data plane. */
  change(facts: ClusterFacts): Promise<void>;
  dial(options: DialOptions): ReturnType<typeof dialPath>;
  /** Stops the data plane and starts another one on the same data. */
  restart(): Promise<void>;
}

const startingPaths = ({ clusters }: DataPlane): PathStatus[] =>
  clusters.flatMap(({ paths }) => paths).filter(({ takesClients, isOpen }) => takesClients && !isOpen);

const limits = { maxMemoryBytes: 2 ** 26, maxConnections: 100 };

/** Starts a data plane for one test; all paths that are to be open are. */
export async function startPlane(
  initial: ClusterFacts,
  options: { dataDir?: string; log?: Log; azureCertificates?: boolean } = {},
): Promise<RunningPlane> {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const { dataDir = await tempDir(), log = createLog("silent"), azureCertificates = false } = options;
  const clock = new ManualClock(Date.now());
  let facts = initial;
  let plane = await start();
  onTestFinished(() => plane.close());
  const ca = await readFile(tlsPaths(dataDir).caPem, "utf8");
  const path = (name: string): PathStatus => {
    const found = plane.clusters.flatMap(({ paths }) => paths).find((each) => each.name === name);
    if (found === undefined) throw new Error(`There is no path '${name}'.`);
    return found;
  };
  return {
    get plane() {
      return plane;
    },
    clock,
    dataDir,
    ca,
    path,
    async change(next) {
      facts = next;
      const row = { id: clusterKey, typeKey: "cluster", parentKey: "/", subscriptionKey: "s", document: {} };
      await temp.store.write((tx) => saveResource(tx, row, clock.nowMs()));
    },
    dial: (login) => dialPath(path("public"), { tls: { ca, servername: facts.hostName }, ...login }),
    async restart() {
      await plane.close();
      plane = await start();
    },
  };

  async function start(): Promise<DataPlane> {
    const search = await findRedis();
    if ("missing" in search) throw new Error(search.missing);
    const source = {
      listClusterKeys: async () => [clusterKey],
      readCluster: async () => facts,
      clusterKeyOf: () => clusterKey,
    };
    const started = new DataPlane({ store: temp.store, source, dataDir, limits, azureCertificates, clock, log });
    await started.start(search.found);
    // If a test pushed the clock while a Redis starts, the start would be late, and the paths would be closed.
    await vi.waitFor(() => expect(startingPaths(started)).toEqual([]), { timeout: 30_000, interval: 10 });
    return started;
  }
}
