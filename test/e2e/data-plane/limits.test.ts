import { once } from "node:events";
import { expect, test, vi } from "vitest";
import { startDataPlane } from "../../support/data-plane.ts";
import { tempDir } from "../../support/temp-dir.ts";

const waiting = { timeout: 30_000, interval: 50 };
const idOf = (info: string): string | undefined => /process_id:(\d+)/.exec(info)?.[1];

test("a cluster accepts as many clients as its SKU, and scaling changes the limit while clients are connected", async () => {
  const plane = await startDataPlane(await tempDir(), ["--redis-connections", "Balanced_B1=2,default=3"]);
  const id = await plane.addCluster("c1");
  const path = await plane.path("c1", "public");
  const { primaryKey: password } = await plane.keys(id);
  const first = await plane.dial(path, { password });
  const second = await plane.dial(path, { password });
  await expect(plane.dial(path, { password })).rejects.toThrow("Connection is closed.");
  expect(await plane.path("c1", "public")).toMatchObject({ counters: { connections: 2, refused: 1 } });
  expect(await first.config("GET", "maxclients")).toEqual(["maxclients", "10"]);
  const server = idOf(await first.info("server"));

  const scale = { sku: { name: "Balanced_B0" }, properties: { publicNetworkAccess: "Enabled" } };
  await plane.put(id, { location: "eastus", ...scale });
  await vi.waitFor(async () => {
    expect(await first.config("GET", "maxmemory")).toEqual(["maxmemory", String(2 ** 29)]);
    expect(await first.config("GET", "maxclients")).toEqual(["maxclients", "11"]);
  }, waiting);
  const third = await plane.dial(path, { password });
  expect(idOf(await third.info("server"))).toBe(server);
  expect(await second.ping()).toBe("PONG");
  await expect(plane.dial(path, { password })).rejects.toThrow("Connection is closed.");
});

test("a client that is silent for longer than its SKU allows is disconnected", async () => {
  const plane = await startDataPlane(await tempDir(), ["--redis-idle-seconds", "Balanced_B1=1,default=0"]);
  const id = await plane.addCluster("c1");
  const client = await plane.dial(await plane.path("c1", "public"), { password: (await plane.keys(id)).primaryKey });
  await once(client, "end");
  expect(client.status).toBe("end");
});
