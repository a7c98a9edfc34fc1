import { createClient, createCluster } from "@redis/client";
import { Cluster } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { startDataPlane } from "../../support/data-plane.ts";
import { isInstalled, runCommand } from "../../support/run-command.ts";
import { tempDir } from "../../support/temp-dir.ts";

/** A database of each clustering policy, a private endpoint to it, and what clients need. */
async function startWith(clusteringPolicy: string) {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1", { database: { clusteringPolicy } });
  await plane.requestEndpoint(id, "pe1");
  await plane.decide(id, "pe1", "Approved");
  const path = await plane.path("c1", "pe1");
  const { primaryKey: password } = await plane.keys(id);
  return { plane, path, password, tls: { ca: plane.ca, servername: path.hostName } };
}

test("ioredis's cluster client works with the OSS policy, and stays on the path that it dialled", async () => {
  const { path, password, tls } = await startWith("OSSCluster");
  const client = new Cluster([{ host: path.address, port: path.port }], { redisOptions: { password, tls } });
  onTestFinished(() => client.disconnect());
  expect(await client.set("a", "1")).toBe("OK");
  expect(await client.get("a")).toBe("1");
  expect(client.nodes().map(({ options }) => `${options.host}:${options.port}`)).toEqual([
    `${path.address}:${path.port}`,
  ]);
});

test("node-redis's cluster client works with the OSS policy", async () => {
  const { path, password, plane } = await startWith("OSSCluster");
  const client = createCluster({
    rootNodes: [{ url: `rediss://${path.address}:${path.port}` }],
    defaults: { password, socket: { tls: true, ca: plane.ca } },
  });
  await client.connect();
  onTestFinished(() => client.destroy());
  expect(await client.set("a", "1")).toBe("OK");
  expect(await client.get("a")).toBe("1");
});

test.for(["EnterpriseCluster", "NoCluster"])("node-redis works with %s, which has one database", async (policy) => {
  const { path, password, plane } = await startWith(policy);
  const socket = { host: path.address, port: path.port, tls: true, ca: plane.ca } as const;
  const client = createClient({ password, socket });
  await client.connect();
  onTestFinished(() => client.destroy());
  expect(await client.set("a", "1")).toBe("OK");
  await expect(client.sendCommand(["SELECT", "1"])).rejects.toThrow("out of range");
});

test.skipIf(!isInstalled("redis-cli"))("redis-cli works, and nothing older than TLS 1.2 does", async () => {
  const { path, password, plane } = await startWith("EnterpriseCluster");
  const args = ["-h", path.address, "-p", String(path.port), "--tls", "--cacert", plane.program.caPemPath, "PING"];
  const env = { ...process.env, REDISCLI_AUTH: password };
  for (const sni of [[], ["--sni", path.hostName]]) {
    expect(await runCommand("redis-cli", [...sni, ...args], { env })).toMatchObject({ code: 0, stdout: "PONG\n" });
  }
  const old = { ca: plane.ca, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
  await expect(plane.dial(path, { password, tls: old })).rejects.toThrow("closed");
});
