import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { LookupFunction } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test, vi } from "vitest";
import { transferLimits } from "../../src/data-plane/limits.ts";
import { exportDump } from "../../src/data-plane/transfer/export-dump.ts";
import { importDumps } from "../../src/data-plane/transfer/import-dump.ts";
import { startBlobs } from "../support/blobs.ts";
import { openDumpPlace } from "../support/dump-place.ts";
import { failureOf, startHeldServer } from "../support/held-server.ts";

vi.setConfig({ testTimeout: 30_000 });

const { silenceMs } = transferLimits;
const patient = new AbortController().signal;

/** Redis's own files in its folder. */
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

/** Resolves once an import has so many bytes of its first dump. */
const arrived = (place: Place, bytes: number): Promise<void> =>
  vi.waitFor(async () => expect((await stat(join(place.folder, "import-0.rdb"))).size).toBe(bytes), {
    timeout: 20_000,
  });

test.each(["before it answers", "in the middle"])(
  "an import from a server that stops sending %s fails",
  async (when) => {
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
  },
);

test("an import from a slow server succeeds", async () => {
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

test("an import whose server closes the connection fails with the reason", async () => {
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

test("an import that is aborted leaves no file", async () => {
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
  ["announces its size", { "content-length": "1001" }],
  ["does not announce its size", {}],
])("a dump that is larger than the SKU's size and %s is refused", async (_what, headers) => {
  const place = { ...(await openDumpPlace()), sizeInBytes: 1_000 };
  await place.admin.call("SET", "kept", "1");
  const { url, held } = await startHeldServer();
  const failure = failureOf(importDumps(place, [new URL(`${url}/a.rdb?sig=secret`)], patient));
  const { response } = await held;
  // It never ends: the import fails without waiting for the rest.
  response.writeHead(200, headers).write(Buffer.alloc("content-length" in headers ? 10 : 1_001));
  expect(await failure).toMatchObject({
    code: "InvalidDataFile",
    message: `'${url}/a.rdb' has more than the 1000 bytes that the cluster's SKU has room for.`,
  });
  expect(await strangersIn(place)).toEqual([]);
  expect(await place.admin.call("GET", "kept")).toBe("1");
});

test("dumps that unpack to more than the SKU's size are refused, alone and together", async () => {
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

test("a truncated compressed dump is refused", async () => {
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

const whyNot = (address: string): string =>
  `it leads to the address ${address}, which is link-local, multicast or a cloud's metadata: ` +
  "only the setting --link-local-transfers allows that.";

test("imports and exports do not connect to a name that resolves to a link-local address", async () => {
  const asked: string[] = [];
  const lookup: LookupFunction = (name, _options, done) => {
    asked.push(name);
    done(null, [{ address: "169.254.169.254", family: 4 }]);
  };
  const place = { ...(await openDumpPlace()), lookup };
  const url = new URL("http://dumps.example/a.rdb?sig=secret");
  await expect(importDumps(place, [url], patient)).rejects.toMatchObject({
    code: "DataTransferFailed",
    message: `The data could not be read from 'http://dumps.example/a.rdb': ${whyNot("169.254.169.254")}`,
  });
  await expect(exportDump(place, url, patient)).rejects.toMatchObject({
    code: "DataTransferFailed",
    message: `The data could not be written to 'http://dumps.example/a.rdb': ${whyNot("169.254.169.254")}`,
  });
  expect(asked).toEqual(["dumps.example", "dumps.example"]);
  expect(await strangersIn(place)).toEqual([]);
});

test("a transfer connects to the address that was judged: a name is resolved once for a connection", async () => {
  const { url, held } = await startHeldServer();
  const asked: string[] = [];
  const lookup: LookupFunction = (name, _options, done) => {
    asked.push(name);
    done(null, [{ address: asked.length === 1 ? "127.0.0.1" : "169.254.169.254", family: 4 }]);
  };
  const opened = await openDumpPlace();
  const dump = await dumpOf(opened);
  const done = importDumps({ ...opened, lookup }, [new URL(url.replace("127.0.0.1", "dumps.example"))], patient);
  (await held).response.end(dump);
  await done;
  expect(asked).toEqual(["dumps.example"]);
  expect(await opened.admin.call("GET", "kept")).toBe("1");
});

test.each([
  ["http://169.254.169.254/latest/meta-data/", whyNot("169.254.169.254")],
  ["http://[::ffff:169.254.169.254]/", whyNot("::ffff:a9fe:a9fe")],
  ["//2852039166/", whyNot("169.254.169.254")],
  ["file:///etc/passwd", "it redirects to what is no http or https URL."],
  ["http://[", "it redirects to what is no http or https URL."],
])("a server that redirects to %s is not followed", async (location, why) => {
  const place = await openDumpPlace();
  const { url, held } = await startHeldServer();
  const failure = failureOf(importDumps(place, [new URL(`${url}/a.rdb?sig=secret`)], patient));
  (await held).response.writeHead(302, { location }).end();
  expect(await failure).toMatchObject({
    code: "DataTransferFailed",
    message: `The data could not be read from '${url}/a.rdb': ${why}`,
  });
});

test("redirects to allowed addresses are followed, up to a limit", async () => {
  const place = await openDumpPlace();
  const dump = await dumpOf(place);
  const blobs = await startBlobs();
  blobs.byPath.set("/a.rdb", dump);
  const { url, held } = await startHeldServer();
  const done = importDumps(place, [new URL(url)], patient);
  (await held).response.writeHead(307, { location: `${blobs.url}/a.rdb?sig=other` }).end();
  await done;
  expect(await place.admin.call("GET", "kept")).toBe("1");

  const endless = createServer((_request, response) => response.writeHead(302, { location: "/" }).end());
  await new Promise<void>((resolve) => endless.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void endless.close());
  const address = endless.address();
  const port = typeof address === "object" ? address?.port : 0;
  await expect(importDumps(place, [new URL(`http://127.0.0.1:${port}/`)], patient)).rejects.toThrow(
    "there were more than 20 redirects.",
  );
});

test("an export does not follow redirects", async () => {
  const place = await openDumpPlace();
  const { url, held } = await startHeldServer();
  const failure = failureOf(exportDump(place, new URL(`${url}/a.rdb?sig=secret`), patient));
  (await held).response.writeHead(307, { location: "http://169.254.169.254/" }).end();
  expect(await failure).toMatchObject({ message: expect.stringContaining("the answer was 307.") });
});

test("--link-local-transfers allows addresses that are refused otherwise", async () => {
  const opened = await openDumpPlace();
  const blobs = await startBlobs();
  // This host, by a name of it that is refused.
  const url = new URL(`${blobs.url.replace("127.0.0.1", "0.0.0.0")}/a.rdb`);
  await expect(exportDump(opened, url, patient)).rejects.toThrow(whyNot("0.0.0.0"));
  const place = { ...opened, linkLocalTransfers: true };
  await place.admin.call("SET", "kept", "1");
  await exportDump(place, url, patient);
  await place.admin.call("FLUSHALL");
  await importDumps(place, [url], patient);
  expect(await place.admin.call("GET", "kept")).toBe("1");
});
