import { expect, test, vi } from "vitest";
import { startBlobs } from "../support/blobs.ts";
import { dataPlaneOf } from "../support/data-plane.ts";
import { runInProcess, startInProcess } from "../support/in-process-program.ts";
import { tempDir } from "../support/temp-dir.ts";

const waiting = { timeout: 30_000, interval: 50 };
const limitMs = 60_000;

test(
  "an approved path leads to the database, and a rejection disconnects its clients",
  { timeout: limitMs },
  async () => {
    const dataDir = await tempDir();
    const program = await startInProcess(dataDir);
    const plane = await dataPlaneOf(program, dataDir);
    const id = await plane.addCluster("c1");
    await plane.requestEndpoint(id, "pe1");
    expect(await plane.path("c1", "pe1", false)).toMatchObject({ isOpen: false });
    await plane.decide(id, "pe1", "Approved");
    const { primaryKey: password } = await plane.keys(id);
    const path = await plane.path("c1", "pe1");
    const client = await plane.dial(path, { password });
    await client.set("kept", "1");
    expect(await client.get("kept")).toBe("1");

    for (const command of ["endpoints", "hosts", "dns", "doctor"]) {
      const { code, complaints } = await runInProcess([command, "--data-dir", dataDir]);
      expect([command, code, complaints]).toEqual([command, 0, ""]);
    }
    const { address, port, hostName } = await plane.path("c1", "public");
    expect((await runInProcess(["hosts", "--data-dir", dataDir])).printed.split("\n")).toEqual([
      `${path.address} ${hostName} # pe1, port ${path.port}`,
      `# ${address} ${hostName} # public, port ${port}`,
    ]);
    expect((await runInProcess(["connect", "nobody", "--data-dir", dataDir])).code).toBe(1);

    const cut = new Promise((resolve) => client.once("end", resolve));
    await plane.decide(id, "pe1", "Rejected");
    await cut;
    expect(await plane.path("c1", "pe1", false)).toMatchObject({ isOpen: false });
    expect((await runInProcess(["connect", "c1", "--via", "pe1", "--data-dir", dataDir, "PING"])).code).toBe(1);
    expect(await program.stop()).toMatchObject({ code: 0 });
  },
);

test("a database is exported, flushed, imported and given new keys while it runs", { timeout: limitMs }, async () => {
  const dataDir = await tempDir();
  const program = await startInProcess(dataDir);
  const plane = await dataPlaneOf(program, dataDir);
  const blobs = await startBlobs();
  const persistence = { aofEnabled: true, aofFrequency: "1s" };
  const id = await plane.addCluster("c1", { database: { persistence } });
  const { primaryKey: password } = await plane.keys(id);
  const client = await plane.dial(await plane.path("c1", "public"), { password });
  await client.mset({ one: "1", two: "2" });
  const done = { status: "Succeeded" };
  expect(await plane.act(id, "export", { sasUri: `${blobs.url}/dump.rdb?sr=b&sig=secret` })).toMatchObject(done);
  expect(await plane.act(id, "flush", {})).toMatchObject(done);
  expect(await client.dbsize()).toBe(0);
  expect(await plane.act(id, "import", { sasUris: [`${blobs.url}/dump.rdb?sig=secret`] })).toMatchObject(done);
  expect((await client.keys("*")).toSorted((a, b) => a.localeCompare(b))).toEqual(["one", "two"]);
  await plane.arm.call({ method: "POST", path: `${id}/databases/default/regenerateKey`, body: { keyType: "Primary" } });
  const { primaryKey } = await plane.keys(id);
  await vi.waitFor(async () => {
    const again = await plane.dial(await plane.path("c1", "public"), { password: primaryKey });
    expect(await again.get("one")).toBe("1");
  }, waiting);
  await plane.arm.call({ method: "DELETE", path: id });
  await vi.waitFor(async () => expect(await plane.paths()).toEqual([]), waiting);
  expect(await program.stop()).toMatchObject({ code: 0 });
});

test("a clustered database announces the address that its client connected to", { timeout: limitMs }, async () => {
  const dataDir = await tempDir();
  const program = await startInProcess(dataDir);
  const plane = await dataPlaneOf(program, dataDir);
  const id = await plane.addCluster("c1", { database: { clusteringPolicy: "OSSCluster" } });
  const { primaryKey: password } = await plane.keys(id);
  const path = await plane.path("c1", "public");
  const client = await plane.dial(path, { password, enableReadyCheck: false });
  await vi.waitFor(async () => expect(JSON.stringify(await client.cluster("SLOTS"))).toContain(path.address), waiting);
  expect(await program.stop()).toMatchObject({ code: 0 });
});
