import { createClient, createCluster } from "@redis/client";
import { Cluster } from "ioredis";
import { expect, onTestFinished, test } from "vitest";
import { startDataPlane } from "../../support/data-plane.ts";
import { runCuprite } from "../../support/program.ts";
import { isInstalled, runCommand } from "../../support/run-command.ts";
import { tempDir } from "../../support/temp-dir.ts";

/** A database of each clustering policy, a private endpoint to it, and what clients need. */
async function startWith(clusteringPolicy: string, args: readonly string[] = []) {
  const dataDir = await tempDir();
  const plane = await startDataPlane(dataDir, args);
  const id = await plane.addCluster("c1", { database: { clusteringPolicy } });
  await plane.requestEndpoint(id, "pe1");
  await plane.decide(id, "pe1", "Approved");
  const path = await plane.path("c1", "pe1");
  const { primaryKey: password } = await plane.keys(id);
  return { plane, dataDir, path, password, tls: { ca: plane.ca, servername: path.hostName } };
}

test("ioredis's cluster client works with the OSS policy, and stays on the path that it connected to", async () => {
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

test("the OSS policy has one database, and refuses others with the same words as the other policies", async () => {
  const { path, password, plane } = await startWith("OSSCluster");
  const client = await plane.dial(path, { password });
  const outOfRange = "ERR DB index is out of range";
  expect(await client.config("GET", "databases")).toEqual(["databases", "1"]);
  await client.set("{k}1", "kept");
  const elsewhere = ["SELECT 1", "select -1", "SWAPDB 0 1", "MOVE {k}1 1", "MOVE missing 3", "COPY {k}1 {k}2 DB 1"];
  for (const line of elsewhere) {
    const [command = "", ...args] = line.split(" ");
    await expect(client.call(command, ...args)).rejects.toThrow(new RegExp(`^${outOfRange}$`));
  }
  expect(await client.select(0)).toBe("OK");
  await expect(client.call("SELECT", "one")).rejects.toThrow("ERR value is not an integer or out of range");
  // Among others, and at the end of a transaction.
  const sent = await client.pipeline().get("{k}1").call("SELECT", "2").get("{k}1").call("SELECT", "3").exec();
  const results = sent?.map(([error, result]) => error?.message ?? result);
  expect(results).toEqual(["kept", outOfRange, "kept", outOfRange]);
  const inside = await client.multi().get("{k}1").call("SELECT", "2").get("{k}1").exec();
  expect(inside?.map(([error, result]) => error?.message ?? result)).toEqual(["kept", outOfRange, "kept"]);
  // Data that only looks like such an answer is not changed.
  const alike = "\r\n-ERR SELECT is not allowed in cluster mode\r\n";
  await client.set("alike", alike);
  expect(await client.get("alike")).toBe(alike);
});

const azuresNames = ["--azure-certificates"];

test("with Azure's certificates node-redis fails by address and by the private name, and works by the public one", async () => {
  const { path, password, plane } = await startWith("EnterpriseCluster", azuresNames);
  const dial = async (servername?: string): Promise<string> => {
    const name = servername === undefined ? {} : { servername };
    const { address: host, port } = path;
    const socket = { host, port, tls: true, ca: plane.ca, reconnectStrategy: false, ...name } as const;
    const client = createClient({ password, socket }).on("error", () => undefined);
    onTestFinished(() => (client.isOpen ? client.destroy() : undefined));
    await client.connect();
    return await client.ping();
  };
  const mismatch = { code: "ERR_TLS_CERT_ALTNAME_INVALID" };
  await expect(dial()).rejects.toMatchObject(mismatch);
  await expect(dial("c1.eastus.privatelink.redis.azure.net")).rejects.toMatchObject(mismatch);
  await expect(dial("localhost")).rejects.toMatchObject(mismatch);
  expect(await dial(path.hostName)).toBe("PONG");
});

test("with Azure's certificates cluster clients, which connect to addresses, fail without a server name and work with one", async () => {
  const { path, password, plane, tls } = await startWith("OSSCluster", azuresNames);
  const { address: host, port } = path;
  const nodes = [{ host, port }];
  const options = { clusterRetryStrategy: () => null, redisOptions: { password, tls: { ca: plane.ca } } };
  const failing = new Cluster(nodes, { ...options, lazyConnect: true });
  onTestFinished(() => failing.disconnect());
  const told = new Promise<Error>((resolve) => failing.on("error", resolve));
  await expect(failing.connect()).rejects.toThrow("None of startup nodes is available");
  expect(await told).toMatchObject({ message: "Failed to refresh slots cache." });
  const working = new Cluster(nodes, { ...options, redisOptions: { password, tls } });
  onTestFinished(() => working.disconnect());
  expect(await working.set("a", "1")).toBe("OK");

  const rootNodes = [{ url: `rediss://${host}:${port}`, socket: { tls: true, servername: path.hostName } as const }];
  const socket = { tls: true, ca: plane.ca, reconnectStrategy: false } as const;
  const naive = createCluster({ rootNodes, defaults: { password, socket } });
  const why = new Promise((resolve) => naive.on("error", resolve));
  await expect(naive.connect()).rejects.toThrow("All the root nodes are unavailable");
  expect(await why).toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  const named = createCluster({
    rootNodes,
    defaults: { password, socket: { ...socket, servername: path.hostName } },
  });
  await named.connect();
  onTestFinished(() => named.destroy());
  expect(await named.get("a")).toBe("1");
});

test.skipIf(!isInstalled("redis-cli"))("with Azure's certificates connect works", async () => {
  const { dataDir } = await startWith("OSSCluster", azuresNames);
  const answer = await runCuprite(["connect", "c1", "--via", "pe1", "--data-dir", dataDir, "PING"]);
  expect(answer).toMatchObject({ code: 0, stdout: "PONG\n" });
});

test.skipIf(!isInstalled("redis-cli"))(
  "redis-cli works with TLS 1.2 and later, and not with older versions",
  async () => {
    const { path, password, plane } = await startWith("EnterpriseCluster");
    const args = ["-h", path.address, "-p", String(path.port), "--tls", "--cacert", plane.program.caPemPath, "PING"];
    const env = { ...process.env, REDISCLI_AUTH: password };
    for (const sni of [[], ["--sni", path.hostName]]) {
      expect(await runCommand("redis-cli", [...sni, ...args], { env })).toMatchObject({ code: 0, stdout: "PONG\n" });
    }
    const old = { ca: plane.ca, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    await expect(plane.dial(path, { password, tls: old })).rejects.toThrow("closed");
  },
);
