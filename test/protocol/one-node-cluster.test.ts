import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unassignedAddress } from "../../src/data-plane/redis/one-node-cluster.ts";
import { clusterFacts, databaseFacts } from "../support/cluster-facts.ts";
import { startPlane } from "../support/running-plane.ts";
import { tempDir } from "../support/temp-dir.ts";

const password = "first";

test("a clustered Redis drops the nodes of its cluster at a restart, and serves all slots with its keys", async () => {
  const dataDir = await tempDir();
  const facts = clusterFacts({ database: databaseFacts({ clusteringPolicy: "OSSCluster", appendOnly: "always" }) });
  const running = await startPlane(facts, { dataDir });
  const before = await running.dial({ password, enableReadyCheck: false });
  await before.set("kept", "1");
  await running.plane.close();
  const [folder = ""] = await readdir(join(dataDir, "redis"));
  const nodesFile = join(dataDir, "redis", folder, "nodes.conf");
  const stranger = `${"f".repeat(40)} 127.0.0.1:7000@17000 master - 0 0 9 connected 0-8000\n`;
  await writeFile(nodesFile, stranger + (await readFile(nodesFile, "utf8")).replace("0-16383", "8001-16383"));
  await running.restart();
  const after = await running.dial({ password, enableReadyCheck: false });
  expect(await after.get("kept")).toBe("1");
  expect(await after.cluster("INFO")).toContain("cluster_known_nodes:1");
  expect(await after.cluster("INFO")).toContain("cluster_slots_assigned:16384");
});

test("an address that this machine has never closes the cluster bus", async () => {
  expect(await unassignedAddress(["127.0.0.1", "::1", "192.0.2.1"])).toBe("192.0.2.1");
  await expect(unassignedAddress(["127.0.0.1"])).rejects.toThrow(
    "Redis's cluster bus cannot be closed: this machine has every address that would close it, or lets programs listen at addresses that it does not have (net.ipv4.ip_nonlocal_bind): 127.0.0.1.",
  );
});
