import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test, vi } from "vitest";
import { transferLimits } from "../../src/data-plane/limits.ts";
import { exportDump } from "../../src/data-plane/transfer/export-dump.ts";
import { importDumps } from "../../src/data-plane/transfer/import-dump.ts";
import { openDumpPlace } from "../support/dump-place.ts";
import { failureOf, startHeldServer } from "../support/held-server.ts";

vi.setConfig({ testTimeout: 30_000 });

const { silenceMs } = transferLimits;
const patient = new AbortController().signal;

/** What Redis itself has in its folder. */
const ownFiles = /^(?:dump\.rdb|process\.json|s\.sock|temp-\d+\.rdb)$/;

type Place = Awaited<ReturnType<typeof openDumpPlace>>;

const strangersIn = async ({ folder }: Place): Promise<string[]> =>
  (await readdir(folder)).filter((name) => !ownFiles.test(name));

/** A dump with one key. */
async function dumpOf(place: Place): Promise<Buffer> {
  const url = new URL(`file://${place.dumpFolder}/a.rdb`);
  await place.admin.call("SET", "kept", "1");
  await exportDump(place, url, patient);
  await place.admin.call("FLUSHALL");
  return await readFile(url);
}

/** Answers once an import has so many bytes of its first dump. */
const arrived = (place: Place, bytes: number): Promise<void> =>
  vi.waitFor(async () => expect((await stat(join(place.folder, "import-0.rdb"))).size).toBe(bytes), {
    timeout: 20_000,
  });

test.each(["before it answers", "in the middle"])("a server that falls silent %s is given up", async (when) => {
  const place = await openDumpPlace();
  const { url, held } = await startHeldServer();
  const failure = failureOf(importDumps(place, [new URL(`${url}/a.rdb?sig=secret`)], patient));
  const { response } = await held;
  if (when === "in the middle") {
    response.writeHead(200, { "content-length": "100" }).write("REDIS");
    await arrived(place, 5);
  }
  await place.clock.advance(silenceMs);
  expect(await failure).toMatchObject({
    code: "DataTransferFailed",
    message: `The data could not be read from '${url}/a.rdb': nothing has moved for 30 seconds.`,
  });
  expect(await strangersIn(place)).toEqual([]);
});

test("a server that sends slowly is let", async () => {
  const place = await openDumpPlace();
  const dump = await dumpOf(place);
  const { url, held } = await startHeldServer();
  const done = importDumps(place, [new URL(url)], patient);
  const { response } = await held;
  for (const bytes of [1, 2, 3]) {
    await place.clock.advance(silenceMs - 1);
    response.write(dump.subarray(bytes - 1, bytes));
    await arrived(place, bytes);
  }
  await place.clock.advance(silenceMs - 1);
  response.end(dump.subarray(3));
  await done;
  expect(await place.admin.call("GET", "kept")).toBe("1");
});

test("a server that breaks off is told of", async () => {
  const place = await openDumpPlace();
  const { url, held } = await startHeldServer();
  const failure = failureOf(importDumps(place, [new URL(`${url}/a.rdb?sig=secret`)], patient));
  const { response } = await held;
  response.writeHead(200, { "content-length": "100" }).write("REDIS");
  await arrived(place, 5);
  response.destroy();
  expect(await failure).toMatchObject({
    code: "DataTransferFailed",
    message: expect.stringContaining(`The data could not be read from '${url}/a.rdb': `),
  });
  expect(await strangersIn(place)).toEqual([]);
});

test("a transfer that is stopped leaves nothing behind", async () => {
  const place = await openDumpPlace();
  const coming = await startHeldServer();
  const stop = new AbortController();
  const stopped = [failureOf(importDumps(place, [new URL(coming.url)], stop.signal))];
  (await coming.held).response.writeHead(200).write("REDIS");
  await arrived(place, 5);
  const going = await startHeldServer();
  stopped.push(failureOf(exportDump(place, new URL(going.url), stop.signal)));
  await going.held;
  expect((await strangersIn(place)).toSorted()).toEqual(["export.rdb", "import-0.rdb"]);
  const why = new Error("It is no longer wanted.");
  stop.abort(why);
  expect(await Promise.all(stopped)).toEqual([why, why]);
  expect(await strangersIn(place)).toEqual([]);
});

test.each([
  ["tells its size", { "content-length": "1001" }],
  ["does not tell its size", {}],
])("a dump that is larger than the SKU and %s is refused", async (_what, headers) => {
  const place = { ...(await openDumpPlace()), sizeInBytes: 1_000 };
  await place.admin.call("SET", "kept", "1");
  const { url, held } = await startHeldServer();
  const failure = failureOf(importDumps(place, [new URL(`${url}/a.rdb?sig=secret`)], patient));
  const { response } = await held;
  // It never ends: what is too much is not waited for.
  response.writeHead(200, headers).write(Buffer.alloc("content-length" in headers ? 10 : 1_001));
  expect(await failure).toMatchObject({
    code: "InvalidDataFile",
    message: `'${url}/a.rdb' has more than the 1000 bytes that the cluster's SKU has room for.`,
  });
  expect(await strangersIn(place)).toEqual([]);
  expect(await place.admin.call("GET", "kept")).toBe("1");
});

test("a dump that unpacks to more than the SKU is refused, and so are several together", async () => {
  const opened = await openDumpPlace();
  const dump = await dumpOf(opened);
  const at = `file://${opened.dumpFolder}`;
  await writeFile(join(opened.dumpFolder, "bomb.rdb.gz"), gzipSync(Buffer.alloc(20_000_000)));
  await expect(importDumps(opened, [new URL(`${at}/bomb.rdb.gz`)], patient)).rejects.toMatchObject({
    code: "InvalidDataFile",
    message: `'${at}/bomb.rdb.gz' unpacks to more than the 10000000 bytes that the cluster's SKU has room for.`,
  });
  const twice = [new URL(`${at}/a.rdb`), new URL(`${at}/a.rdb`)];
  const place = { ...opened, sizeInBytes: dump.length * 2 - 1 };
  await expect(importDumps(place, twice, patient)).rejects.toMatchObject({
    code: "InvalidDataFile",
    message: `'${at}/a.rdb' has more than the ${dump.length - 1} bytes that the cluster's SKU has room for.`,
  });
  expect(await strangersIn(opened)).toEqual([]);
  expect(await opened.admin.call("DBSIZE")).toBe(0);
  await importDumps({ ...opened, sizeInBytes: dump.length * 2 }, twice, patient);
  expect(await opened.admin.call("GET", "kept")).toBe("1");
});

test("a compressed dump that is cut off is no dump", async () => {
  const place = await openDumpPlace();
  const packed = gzipSync(await dumpOf(place));
  await writeFile(join(place.dumpFolder, "cut.rdb.gz"), packed.subarray(0, -10));
  const url = new URL(`file://${place.dumpFolder}/cut.rdb.gz`);
  await expect(importDumps(place, [url], patient)).rejects.toMatchObject({
    code: "InvalidDataFile",
    message: `'${url.href}' is not a dump that this Redis can load.`,
  });
  expect(await strangersIn(place)).toEqual([]);
});
