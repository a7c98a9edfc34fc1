import { expect, test, vi } from "vitest";
import { startDataPlane } from "../../support/data-plane.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { isListening } from "../../support/is-listening.ts";

const waiting = { timeout: 30_000, interval: 50 };

test("a rejection disconnects a blocked client and a big transfer, and no client of another path", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1");
  const { primaryKey: password } = await plane.keys(id);
  for (const name of ["pe1", "pe2"]) {
    await plane.requestEndpoint(id, name);
    await plane.decide(id, name, "Approved");
  }
  const [first, second] = [await plane.path("c1", "pe1"), await plane.path("c1", "pe2")];
  const writer = await plane.dial(second, { password });
  await writer.set("big", Buffer.alloc(100 * 2 ** 20, "x"));
  const blocked = await plane.dial(first, { password });
  const reader = await plane.dial(first, { password });
  const popped = blocked.blpop("nothing", 0);
  const transfer = Promise.all(Array.from({ length: 20 }, () => reader.getBuffer("big")));
  popped.catch(() => undefined);
  transfer.catch(() => undefined);
  await vi.waitFor(async () => expect((await plane.path("c1", "pe1")).counters.connections).toBe(2), waiting);

  await plane.decide(id, "pe1", "Rejected");
  await expect(popped).rejects.toThrow("Connection is closed");
  await expect(transfer).rejects.toThrow("Connection is closed");
  expect(await isListening(first)).toBe(false);
  expect(await writer.ping()).toBe("PONG");
  expect(await writer.strlen("big")).toBe(100 * 2 ** 20);
});

test("a database in plain text accepts clients without TLS", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1", { database: { clientProtocol: "Plaintext" } });
  const { primaryKey: password } = await plane.keys(id);
  const path = await plane.path("c1", "public");
  const { Redis } = await import("ioredis");
  const client = new Redis({ host: path.address, port: path.port, password });
  expect(await client.ping()).toBe("PONG");
  client.disconnect();
});

test("deleting a cluster closes its paths and leaves neither process nor folder", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1");
  const { primaryKey: password } = await plane.keys(id);
  const path = await plane.path("c1", "public");
  const client = await plane.dial(path, { password });
  const pid = Number(/process_id:(\d+)/.exec(await client.info("server"))?.[1]);
  const cut = new Promise((resolve) => client.once("end", resolve));

  await plane.arm.call({ method: "DELETE", path: id });
  await cut;
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow("ESRCH"), waiting);
  expect(await isListening(path)).toBe(false);
  expect(await plane.paths()).toEqual([]);
});

test("clients above the limit are refused and counted", async () => {
  const plane = await startDataPlane(await tempDir(), ["--redis-connections", "2"]);
  const id = await plane.addCluster("c1");
  const { primaryKey: password } = await plane.keys(id);
  const path = await plane.path("c1", "public");
  const clients = [await plane.dial(path, { password }), await plane.dial(path, { password })];
  await expect(plane.dial(path, { password })).rejects.toThrow("Connection is closed");
  for (const client of clients) expect(await client.ping()).toBe("PONG");
  expect((await plane.path("c1", "public")).counters).toMatchObject({ connections: 2, accepted: 2, refused: 1 });
});
