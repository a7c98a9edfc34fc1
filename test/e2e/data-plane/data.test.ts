import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { startDataPlane } from "../../support/data-plane.ts";
import { startBlobs } from "../../support/blobs.ts";
import { tempDir } from "../../support/temp-dir.ts";

const waiting = { timeout: 30_000, interval: 50 };

test("an export is a blob that an import loads again, into a database that logs as well", async () => {
  const plane = await startDataPlane(await tempDir());
  const blobs = await startBlobs();
  const from = await plane.addCluster("c1");
  const to = await plane.addCluster("c2", { database: { persistence: { aofEnabled: true, aofFrequency: "always" } } });
  const source = await plane.dial(await plane.path("c1", "public"), { password: (await plane.keys(from)).primaryKey });
  await source.mset({ one: "1", two: "2" });
  expect(await plane.act(from, "export", { sasUri: `${blobs.url}/container?sr=c&sig=secret` })).toMatchObject({
    status: "Succeeded",
  });
  const [[path, dump] = ["", Buffer.alloc(0)]] = [...blobs.byPath];
  expect(path).toMatch(/^\/container\/c1-\d+\.rdb$/);
  expect(dump.subarray(0, 5).toString()).toBe("REDIS");
  expect(blobs.headers[0]).toMatchObject({ "x-ms-blob-type": "BlockBlob" });

  const password = (await plane.keys(to)).primaryKey;
  const target = await plane.dial(await plane.path("c2", "public"), { password });
  await target.set("old", "1");
  await source.set("three", "3");
  await plane.act(from, "export", { sasUri: `${blobs.url}/container/second.rdb?sr=b&sig=secret` });
  blobs.byPath.set("/packed.rdb.gz", gzipSync(blobs.byPath.get("/container/second.rdb") ?? ""));
  const sasUris = [`${blobs.url}${path}?sig=secret`, `${blobs.url}/packed.rdb.gz?sig=secret`];
  expect(await plane.act(to, "import", { sasUris })).toMatchObject({ status: "Succeeded" });
  expect((await target.keys("*")).toSorted()).toEqual(["one", "three", "two"]);

  process.kill(Number(/process_id:(\d+)/.exec(await target.info("server"))?.[1]), "SIGKILL");
  await new Promise((resolve) => target.once("end", resolve));
  const again = await plane.dial(await plane.path("c2", "public"), { password });
  expect((await again.keys("*")).toSorted()).toEqual(["one", "three", "two"]);
});

test("an import of a missing or malformed dump fails with a sentence and keeps the keys", async () => {
  const plane = await startDataPlane(await tempDir());
  const blobs = await startBlobs();
  blobs.byPath.set("/broken.rdb", Buffer.from("REDIS0011 and then nonsense"));
  const id = await plane.addCluster("c1");
  const client = await plane.dial(await plane.path("c1", "public"), { password: (await plane.keys(id)).primaryKey });
  await client.set("kept", "1");
  expect(await plane.act(id, "import", { sasUris: [`${blobs.url}/broken.rdb?sig=secret`] })).toMatchObject({
    status: "Failed",
    error: {
      code: "InvalidDataFile",
      message: `'${blobs.url}/broken.rdb' is not a dump that this Redis can load.`,
    },
  });
  expect(await plane.act(id, "import", { sasUris: [`${blobs.url}/nothing.rdb?sig=secret`] })).toMatchObject({
    status: "Failed",
    error: {
      code: "DataTransferFailed",
      message: `The data could not be read from '${blobs.url}/nothing.rdb': the answer was 404.`,
    },
  });
  expect(await client.get("kept")).toBe("1");
});

test("a flush empties the database", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1");
  const client = await plane.dial(await plane.path("c1", "public"), { password: (await plane.keys(id)).primaryKey });
  await client.set("a", "1");
  expect(await plane.act(id, "flush", {})).toMatchObject({ status: "Succeeded" });
  expect(await client.dbsize()).toBe(0);
});

test("settings change while clients are connected, and a restart for one of them keeps the keys", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1", { database: { clusteringPolicy: "NoCluster" } });
  const password = (await plane.keys(id)).primaryKey;
  const path = await plane.path("c1", "public");
  const client = await plane.dial(path, { password });
  await client.set("kept", "1");
  expect(await client.config("GET", "maxmemory")).toEqual(["maxmemory", String(2 ** 30)]);
  const shared = { accessKeysAuthentication: "Enabled", evictionPolicy: "AllKeysLFU", notifyKeyspaceEvents: "KEA" };
  await plane.put(`${id}/databases/default`, { properties: shared });
  await vi.waitFor(async () => {
    expect(await client.config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "allkeys-lfu"]);
  }, waiting);
  expect(await client.info("cluster")).toContain("cluster_enabled:0");

  const cut = new Promise((resolve) => client.once("end", resolve));
  await plane.put(`${id}/databases/default`, { properties: { ...shared, clusteringPolicy: "OSSCluster" } });
  await cut;
  const after = await plane.dial(path, { password });
  expect(await after.info("cluster")).toContain("cluster_enabled:1");
  expect(await after.get("kept")).toBe("1");
});
