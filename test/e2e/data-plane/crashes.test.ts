import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, readlink, symlink } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect, test, vi } from "vitest";
import { clusterId, startDataPlane, testGroup } from "../../support/data-plane.ts";
import type { DataPlaneProgram, ToldPath } from "../../support/data-plane.ts";
import { tempDir } from "../../support/temp-dir.ts";

const waiting = { timeout: 30_000, interval: 20 };
const snapshots = { persistence: { rdbEnabled: true, rdbFrequency: "1h" } };
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

test("a Redis that is killed is started again on the same path with its append-only file", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1", { database: logged });
  const { primaryKey: password } = await plane.keys(id);
  const path = await plane.path("c1", "public");
  const before = await plane.dial(path, { password });
  await before.set("kept", "1");
  const pid = await serverOf(plane, path, password);
  process.kill(pid, "SIGKILL");
  await new Promise((resolve) => before.once("end", resolve));

  // A client that connects while it starts waits, and is not refused.
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
  await first.path("c2", "public");
  const told = await first.paths();
  await first.program.stop("SIGKILL");
  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), waiting);

  const second = await startDataPlane(dataDir);
  const again = await second.path("c1", "pe1");
  // A path is not open while its Redis is starting.
  await vi.waitFor(async () => expect((await second.paths()).map(placeOf)).toEqual(told.map(placeOf)), waiting);
  expect(again).toMatchObject({ address: path.address, port: path.port });
  expect(await (await second.dial(again, { password })).get("kept")).toBe("1");
});

test("stopping Cuprite stops every Redis, and a database with snapshots has its keys after the next start", async () => {
  const dataDir = await tempDir();
  const first = await startDataPlane(dataDir);
  const id = await first.addCluster("c1", { database: snapshots });
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

/** The servers that run in a data directory, as Linux lists them, since Cuprite may not run any more. */
async function serversIn(dataDir: string): Promise<number[]> {
  const folder = join(dataDir, "redis");
  const folderOf = (pid: string): Promise<string> => readlink(`/proc/${pid}/cwd`).catch(() => "");
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(pids.map(folderOf));
  return pids.filter((_pid, index) => folders[index]?.startsWith(folder)).map(Number);
}

const isLinux = process.platform === "linux";

test.runIf(isLinux)(
  "after everything is killed at once, a restart has the paths and the saved keys, and leaves no process",
  async () => {
    const [dataDir, runtimeDir] = [await tempDir(), await tempDir()];
    const start = (): Promise<DataPlaneProgram> =>
      startDataPlane(dataDir, [], { ...process.env, XDG_RUNTIME_DIR: runtimeDir });
    const first = await start();
    const names = ["log", "snapshot", "memory"] as const;
    const persistence = { log: logged, snapshot: snapshots, memory: {} };
    for (const name of names) await first.addCluster(name, { database: persistence[name] });
    await setAll(first, names, "early");
    expect(await first.program.stop()).toEqual({ code: 0, signal: null });
    expect(await readdir(runtimeDir)).toEqual([]);

    const second = await start();
    await setAll(second, names, "late");
    const told = await second.paths();
    const servers = await serversIn(dataDir);
    expect(servers).toHaveLength(3);
    const stopped = second.program.stop("SIGKILL");
    for (const pid of servers) process.kill(pid, "SIGKILL");
    await stopped;

    const third = await start();
    for (const { clusterName, name } of told) await third.path(clusterName, name);
    expect((await third.paths()).map(placeOf)).toEqual(told.map(placeOf));
    const kept = await Promise.all(names.map(async (name) => (await dialOne(third, name)).mget("early", "late")));
    expect(kept).toEqual([
      ["1", "1"],
      ["1", null], // Redis promises the keys of the last snapshot.
      [null, null],
    ]);
    expect((await serversIn(dataDir)).filter((pid) => servers.includes(pid))).toEqual([]);
    const [folder = ""] = await readdir(runtimeDir);
    expect(await readdir(join(runtimeDir, folder))).toHaveLength(3);
    expect(await third.program.stop()).toEqual({ code: 0, signal: null });
    expect(await readdir(runtimeDir)).toEqual([]);
    expect(await serversIn(dataDir)).toEqual([]);
  },
);

const placeOf = ({ clusterName, name, address, port, isOpen }: ToldPath): object => ({
  clusterName,
  name,
  address,
  port,
  isOpen,
});

async function dialOne(plane: DataPlaneProgram, cluster: string): ReturnType<DataPlaneProgram["dial"]> {
  const { primaryKey: password } = await plane.keys(clusterId(cluster));
  return await plane.dial(await plane.path(cluster, "public"), { password });
}

async function setAll(plane: DataPlaneProgram, clusters: readonly string[], key: string): Promise<void> {
  await Promise.all(clusters.map(async (cluster) => (await dialOne(plane, cluster)).set(key, "1")));
}

test.runIf(isLinux)("when Cuprite is killed its Redis ends too on a machine without setpriv", async () => {
  const dataDir = await tempDir();
  const plane = await startDataPlane(dataDir, [], { ...process.env, PATH: await pathWithRedisOnly() });
  await plane.addCluster("c1", { database: logged });
  await setAll(plane, ["c1"], "kept");
  const servers = await serversIn(dataDir);
  expect(servers).toHaveLength(1);
  await plane.program.stop("SIGKILL");
  await vi.waitFor(async () => expect(await serversIn(dataDir)).toEqual([]), waiting);
  expect(await shellsThatEnd(servers)).toEqual([]);
});

test.runIf(isLinux)("the next Cuprite ends a Redis that outlived a killed one, and has its keys", async () => {
  const dataDir = await tempDir();
  const env = { ...process.env, PATH: await pathWithRedisOnly() };
  const first = await startDataPlane(dataDir, [], env);
  await first.addCluster("c1", { database: snapshots });
  await first.addCluster("gone");
  await setAll(first, ["c1", "gone"], "kept");
  const servers = await serversIn(dataDir);
  // A machine without memory may kill them all, also what would end the servers.
  for (const pid of await shellsThatEnd(servers)) process.kill(pid, "SIGKILL");
  await first.program.stop("SIGKILL");
  expect(await serversIn(dataDir)).toEqual(servers);

  const second = await startDataPlane(dataDir, [], env);
  expect(await (await dialOne(second, "c1")).get("kept")).toBe("1");
  expect(await (await dialOne(second, "gone")).get("kept")).toBeNull();
  expect((await serversIn(dataDir)).filter((pid) => servers.includes(pid))).toEqual([]);
});

/** The shells that would end these servers if Cuprite ended. */
async function shellsThatEnd(servers: readonly number[]): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const ends = async (pid: number): Promise<boolean> => {
    const words = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
    return words[0] === "/bin/sh" && servers.includes(Number(words.at(-2)));
  };
  const areThose = await Promise.all(pids.map(ends));
  return pids.filter((_pid, index) => areThose[index]);
}

/** A PATH without setpriv, with which the kernel would end a Redis with us. */
async function pathWithRedisOnly(): Promise<string> {
  const folder = join(await tempDir(), "bin");
  await mkdir(folder);
  const programs = ["redis-server", "valkey-server"];
  for (const program of programs) {
    const found = (process.env["PATH"] ?? "").split(delimiter).map((each) => join(each, program));
    const existing = found.find((each) => existsSync(each));
    if (existing !== undefined) await symlink(existing, join(folder, program));
  }
  return folder;
}

test.runIf(isLinux)("a cluster that is created again and again leaves no earlier server running", async () => {
  const dataDir = await tempDir();
  const plane = await startDataPlane(dataDir);
  const remake = async (name: string): Promise<void> => {
    for (let round = 0; round < 5; round += 1) {
      await plane.addCluster(name);
      await plane.requestEndpoint(clusterId(name), `pe-${name}`);
      await plane.decide(clusterId(name), `pe-${name}`, "Approved");
      await plane.path(name, `pe-${name}`);
      await plane.arm.call({ method: "DELETE", path: clusterId(name) });
      await plane.arm.call({
        method: "DELETE",
        path: `${testGroup}/providers/Microsoft.Network/privateEndpoints/pe-${name}`,
      });
    }
  };
  await Promise.all(["c1", "c2", "c3"].map(remake));
  await plane.addCluster("c1");
  await plane.path("c1", "public");
  await vi.waitFor(async () => expect(await serversIn(dataDir)).toHaveLength(1), waiting);
});
