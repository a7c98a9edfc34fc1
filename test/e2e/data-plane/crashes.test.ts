import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { startDataPlane } from "../../support/data-plane.ts";
import type { DataPlaneProgram, ToldPath } from "../../support/data-plane.ts";
import { tempDir } from "../../support/temp-dir.ts";

const waiting = { timeout: 10_000, interval: 20 };
const logged = { persistence: { aofEnabled: true, aofFrequency: "always" } };

async function serverOf(plane: DataPlaneProgram, path: ToldPath, password: string): Promise<number> {
  const client = await plane.dial(path, { password });
  const info = await client.info("server");
  client.disconnect();
  return Number(/process_id:(\d+)/.exec(info)?.[1]);
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a Redis that is killed comes back on the same path with what it had logged", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1", { database: logged });
  const { primaryKey: password } = await plane.keys(id);
  const path = await plane.path("c1", "public");
  const before = await plane.dial(path, { password });
  await before.set("kept", "1");
  const pid = await serverOf(plane, path, password);
  process.kill(pid, "SIGKILL");
  await new Promise((resolve) => before.once("end", resolve));

  // Whoever comes while it starts is kept waiting, not turned away.
  const after = await plane.dial(path, { password });
  expect(await after.get("kept")).toBe("1");
  expect(await serverOf(plane, path, password)).not.toBe(pid);
});

test("when Cuprite is killed its Redis ends too, and a restart opens the same paths with the same keys", async () => {
  const dataDir = await tempDir();
  const first = await startDataPlane(dataDir);
  const id = await first.addCluster("c1", { database: logged });
  await first.addCluster("c2");
  const { primaryKey: password } = await first.keys(id);
  await first.requestEndpoint(id, "pe1");
  await first.decide(id, "pe1", "Approved");
  const path = await first.path("c1", "pe1");
  const client = await first.dial(path, { password });
  await client.set("kept", "1");
  const pid = await serverOf(first, path, password);
  const told = await first.paths();
  await first.program.stop("SIGKILL");
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), waiting);

  const second = await startDataPlane(dataDir);
  const again = await second.path("c1", "pe1");
  expect(again).toMatchObject({ address: path.address, port: path.port });
  const found = await second.paths();
  expect(found.map(({ clusterName, name, address, isOpen }) => ({ clusterName, name, address, isOpen }))).toEqual(
    told.map(({ clusterName, name, address, isOpen }) => ({ clusterName, name, address, isOpen })),
  );
  expect(await (await second.dial(again, { password })).get("kept")).toBe("1");
});

test("stopping Cuprite stops every Redis, and what has snapshots is there after the next start", async () => {
  const dataDir = await tempDir();
  const first = await startDataPlane(dataDir);
  const id = await first.addCluster("c1", { database: { persistence: { rdbEnabled: true, rdbFrequency: "1h" } } });
  const { primaryKey: password } = await first.keys(id);
  const path = await first.path("c1", "public");
  await (await first.dial(path, { password })).set("kept", "1");
  const pid = await serverOf(first, path, password);
  expect(await first.program.stop()).toEqual({ code: 0, signal: null });
  expect(isAlive(pid)).toBe(false);

  const second = await startDataPlane(dataDir);
  const client = await second.dial(await second.path("c1", "public"), { password });
  expect(await client.get("kept")).toBe("1");
});

test("a database that is not persistent is empty after a restart, and one that was deleted leaves no folder", async () => {
  const dataDir = await tempDir();
  const first = await startDataPlane(dataDir);
  const id = await first.addCluster("c1");
  const gone = await first.addCluster("c2");
  const { primaryKey: password } = await first.keys(id);
  await (await first.dial(await first.path("c1", "public"), { password })).set("lost", "1");
  await first.path("c2", "public");
  await first.arm.call({ method: "DELETE", path: gone });
  await vi.waitFor(async () => expect(await readdir(join(dataDir, "redis"))).toHaveLength(1), waiting);
  await first.program.stop("SIGKILL");

  const second = await startDataPlane(dataDir);
  const client = await second.dial(await second.path("c1", "public"), { password });
  expect(await client.get("lost")).toBeNull();
});
