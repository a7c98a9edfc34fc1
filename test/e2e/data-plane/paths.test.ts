import { expect, test, vi } from "vitest";
import { isListening, startDataPlane } from "../../support/data-plane.ts";
import { tempDir } from "../../support/temp-dir.ts";

/** What is open after each step in the life of one private endpoint. */
const steps = ["no endpoint", "Pending", "Approved", "Rejected", "Disconnected"] as const;
const expected = {
  Enabled: [["public"], ["public"], ["public", "pe"], ["public"], ["public"]],
  Disabled: [[], [], ["pe"], [], []],
  null: [["public"], [], ["pe"], [], ["public"]],
} as const;

test.for(Object.entries(expected))(
  "with public network access %s, an endpoint's life opens and closes what it should",
  async ([access, open]) => {
    const plane = await startDataPlane(await tempDir());
    const id = await plane.addCluster("c1", { cluster: access === "null" ? {} : { publicNetworkAccess: access } });
    if (access === "null") await forgetPublicAccess(plane, id);
    const { primaryKey } = await plane.keys(id);
    const act: Record<(typeof steps)[number], () => Promise<unknown>> = {
      "no endpoint": async () => undefined,
      Pending: () => plane.requestEndpoint(id, "pe"),
      Approved: () => plane.decide(id, "pe", "Approved"),
      Rejected: () => plane.decide(id, "pe", "Rejected"),
      Disconnected: () => plane.arm.call({ method: "DELETE", path: `${id}/privateEndpointConnections/pe` }),
    };
    for (const [index, step] of steps.entries()) {
      await act[step]();
      const wanted = [...(open[index] ?? [])];
      await vi.waitFor(async () => {
        const paths = await plane.paths();
        const names = paths.filter(({ isOpen }) => isOpen).map(({ name }) => name);
        expect({ step, names }).toEqual({ step, names: wanted });
      }, waiting);
      for (const path of await plane.paths()) {
        const { name, isOpen } = path;
        expect({ step, name, listens: await isListening(path) }).toEqual({ step, name, listens: isOpen });
        if (!path.isOpen) continue;
        const client = await plane.dial(path, { password: primaryKey });
        expect(await client.ping()).toBe("PONG");
        client.disconnect();
      }
    }
  },
);

const waiting = { timeout: 10_000, interval: 10 };

/** Writes a cluster as versions do that know nothing of public network access: it is null then. */
async function forgetPublicAccess(plane: Awaited<ReturnType<typeof startDataPlane>>, id: string): Promise<void> {
  await plane.arm.call({ method: "DELETE", path: id });
  await vi.waitFor(async () => expect((await plane.arm.get(id)).status).toBe(404), waiting);
  const version = "?api-version=2025-04-01";
  await plane.put(`${id}${version}`, { location: "eastus", sku: { name: "Balanced_B1" } });
  await plane.put(`${id}/databases/default${version}`, { properties: { clusteringPolicy: "EnterpriseCluster" } });
}

test("a rejection cuts a blocked client and a big transfer, and nobody on another path", async () => {
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

test("a database in plain text takes clients without TLS", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1", { database: { clientProtocol: "Plaintext" } });
  const { primaryKey: password } = await plane.keys(id);
  const path = await plane.path("c1", "public");
  const { Redis } = await import("ioredis");
  const client = new Redis({ host: path.address, port: path.port, password });
  expect(await client.ping()).toBe("PONG");
  client.disconnect();
});

test("deleting the cluster closes its paths and leaves neither process nor folder", async () => {
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

test("more clients than are allowed are turned away, and counted", async () => {
  const plane = await startDataPlane(await tempDir(), ["--redis-connections", "2"]);
  const id = await plane.addCluster("c1");
  const { primaryKey: password } = await plane.keys(id);
  const path = await plane.path("c1", "public");
  const clients = [await plane.dial(path, { password }), await plane.dial(path, { password })];
  await expect(plane.dial(path, { password })).rejects.toThrow("Connection is closed");
  for (const client of clients) expect(await client.ping()).toBe("PONG");
  expect((await plane.path("c1", "public")).counters).toMatchObject({ connections: 2, accepted: 2, refused: 1 });
});
