import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type { Redis } from "ioredis";
import { expect, onTestFinished, test, vi } from "vitest";
import { candidate } from "../../src/data-plane/addresses.ts";
import { RedisDatabase } from "../../src/data-plane/redis/redis-database.ts";
import { clusterFacts, clusterKey, databaseFacts } from "../support/cluster-facts.ts";
import { keepingLog } from "../support/keeping-log.ts";
import { startPlane, type RunningPlane } from "../support/running-plane.ts";
import { tempDir } from "../support/temp-dir.ts";

vi.setConfig({ testTimeout: 30_000 });
const waiting = { timeout: 30_000, interval: 10 };
const password = "first";
const logging = clusterFacts({ database: databaseFacts({ appendOnly: "always" }) });

const pidOf = async (client: Redis): Promise<number> =>
  Number(/process_id:(\d+)/.exec(await client.info("server"))?.[1]);

/** Kills the server and pushes the clock until a client that has come meanwhile is served by the next one. */
async function killAndDial(running: RunningPlane, client: Redis): Promise<Redis> {
  const [pid, cut] = [await pidOf(client), once(client, "end")];
  process.kill(pid, "SIGKILL");
  await cut;
  let next: Redis | undefined;
  const dialled = running.dial({ password }).then((found) => (next = found));
  await vi.waitFor(async () => {
    await running.clock.advance(10);
    expect(next).toBeDefined();
  }, waiting);
  const found = await dialled;
  expect(await pidOf(found)).not.toBe(pid);
  return found;
}

test("a server that ends is started again after a doubling pause, with its append-only file, while clients wait", async () => {
  const { log, lines } = keepingLog("warn");
  const running = await startPlane(logging, { log });
  const first = await running.dial({ password });
  await first.set("kept", "1");
  const second = await killAndDial(running, first);
  expect(await second.get("kept")).toBe("1");
  const third = await killAndDial(running, second);
  expect(await third.get("kept")).toBe("1");

  // After a long run, the pauses begin again with the shortest.
  await running.clock.advance(60_000);
  await killAndDial(running, third);
  const restarts = lines().filter(({ msg }) => String(msg).startsWith("A Redis server is not running"));
  expect(restarts.map(({ waitMs, why }) => [waitMs, String(why).slice(0, 22)])).toEqual([
    [50, "It ended with SIGKILL."],
    [100, "It ended with SIGKILL."],
    [50, "It ended with SIGKILL."],
  ]);
});

test("a restart for a changed setting keeps the keys of a database that is not persistent", async () => {
  const running = await startPlane(clusterFacts({ database: databaseFacts({ clusteringPolicy: "NoCluster" }) }));
  const client = await running.dial({ password });
  await client.set("kept", "1");
  const cut = once(client, "end");
  await running.change(clusterFacts({ database: databaseFacts({ clusteringPolicy: "OSSCluster" }) }));
  await cut;
  const after = await running.dial({ password });
  expect(await after.info("cluster")).toContain("cluster_enabled:1");
  expect(await after.get("kept")).toBe("1");
});

test("a database that is created again under its old name has none of its old keys", async () => {
  const running = await startPlane(logging);
  const client = await running.dial({ password });
  await client.set("old", "1");
  const cut = once(client, "end");
  await running.change(clusterFacts({ database: databaseFacts({ appendOnly: "always", createdAtMs: 2 }) }));
  await cut;
  // A client between the two is refused.
  const after = await vi.waitFor(() => running.dial({ password }), waiting);
  expect(await after.get("old")).toBeNull();
});

test.runIf(process.platform === "linux")(
  "a path whose address is taken gets another one, which its certificate has",
  async () => {
    const dataDir = await tempDir();
    const taken = candidate("addresses", { seed: dataDir, pathKey: clusterKey, attempt: 0 }).address;
    const somebody = createServer().listen({ host: taken, port: 10_000 });
    onTestFinished(() => void somebody.close());
    await once(somebody, "listening");
    const running = await startPlane(clusterFacts(), { dataDir });
    const { address, takesClients } = running.path("public");
    expect({ address, takesClients }).toEqual({ address: expect.not.stringMatching(taken), takesClients: true });
    // Without a name, the client checks the certificate for the address.
    const client = await running.dial({ password, tls: { ca: running.ca } });
    expect(await client.ping()).toBe("PONG");
  },
);

test.runIf(process.platform === "linux")(
  "a path whose port is taken at all addresses says so, keeps its address and opens when the port is free",
  async () => {
    const somebody = createServer().listen({ host: "0.0.0.0", port: 0 });
    onTestFinished(() => void somebody.close());
    await once(somebody, "listening");
    const { port } = somebody.address() as AddressInfo;
    const dataDir = await tempDir();
    const running = await startPlane(clusterFacts({ database: databaseFacts({ port }) }), { dataDir });
    const { address } = candidate("addresses", { seed: dataDir, pathKey: clusterKey, attempt: 0 });
    const closedBecause = `port ${port} is taken at 20 addresses, as by a program that listens at all (0.0.0.0)`;
    // All addresses are tried again when the Redis is up: the reason and the address stand when that has failed too.
    await vi.waitFor(
      () => expect(running.path("public")).toMatchObject({ isOpen: false, closedBecause, address }),
      waiting,
    );
    somebody.close();
    await once(somebody, "close");
    await vi.waitFor(async () => {
      await running.clock.advance(2_000);
      expect(running.path("public")).toMatchObject({ isOpen: true, closedBecause: undefined, address });
    }, waiting);
  },
);

test("applies only what follows from the facts of a cluster that a write changed", async () => {
  const initial = clusterFacts();
  const running = await startPlane(initial);
  await running.plane.applied(clusterKey);
  await running.change(clusterFacts());
  await running.plane.applied(clusterKey);
  expect(running.plane.clusters[0]?.facts).toBe(initial);
  const apply = vi.spyOn(RedisDatabase.prototype, "apply");
  onTestFinished(() => apply.mockRestore());
  await running.change(clusterFacts({ publicNetworkAccess: "Disabled" }));
  await running.plane.applied(clusterKey);
  expect(running.path("public").isOpen).toBe(false);
  expect(apply).not.toHaveBeenCalled();
  const larger = clusterFacts({ sizeInBytes: 2 ** 31 });
  await running.change(larger);
  await running.plane.applied(clusterKey);
  expect(running.plane.clusters[0]?.facts).toBe(larger);
  expect(apply).toHaveBeenCalledOnce();
});
