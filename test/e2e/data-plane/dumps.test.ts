import { createServer, type RequestListener } from "node:http";
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test, vi } from "vitest";
import { startDataPlane } from "../../support/data-plane.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { stamped } from "../../support/stamped.ts";

test("dumps use files in the allowed folder, and no others", async () => {
  const dumps = await tempDir();
  const plane = await startDataPlane(await tempDir(), ["--dump-folder", dumps]);
  const id = await plane.addCluster("c1");
  const client = await plane.dial(await plane.path("c1", "public"), { password: (await plane.keys(id)).primaryKey });
  await client.set("kept", "1");
  expect(await plane.act(id, "export", { sasUri: `file://${dumps}` })).toMatchObject({ status: "Succeeded" });
  const [name = "", ...others] = await readdir(dumps);
  expect(name).toMatch(/^c1-\d+\.rdb$/);
  expect(others).toEqual([]);
  expect((await stat(join(dumps, name))).mode & 0o777).toBe(0o600);

  await client.flushall();
  await writeFile(join(dumps, "packed.rdb.gz"), gzipSync(await readFile(join(dumps, name))));
  const imported = await plane.act(id, "import", { sasUris: [`file://${dumps}/packed.rdb.gz`] });
  expect(imported).toMatchObject({ status: "Succeeded" });
  expect(await client.get("kept")).toBe("1");

  expect(await plane.act(id, "import", { sasUris: [`file://${dumps}/missing.rdb`] })).toMatchObject({
    status: "Failed",
    error: {
      code: "DataTransferFailed",
      message: expect.stringContaining(`The data could not be read from 'file://${dumps}/missing.rdb': ENOENT`),
    },
  });
  const path = `${id}/databases/default/import`;
  const refused = await plane.arm.call({ method: "POST", path, body: { sasUris: [`file://${dumps}/../x.rdb`] } });
  expect(refused).toMatchObject({
    status: 400,
    body: {
      error: {
        code: "BadRequest",
        message: stamped(
          "The URL in property 'sasUris[0]' does not lead into the folder of the setting --dump-folder.",
        ),
      },
    },
  });
});

test("a dump at a cloud's metadata address is refused before an operation begins", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1");
  const sasUri = "http://2852039166/latest/meta-data?sig=secret";
  const actions = { import: { sasUris: [sasUri] }, export: { sasUri } };
  for (const [action, body] of Object.entries(actions)) {
    const path = `${id}/databases/default/${action}`;
    const property = action === "import" ? "sasUris[0]" : "sasUri";
    const message =
      `The URL in property '${property}' leads to the address 169.254.169.254, which is link-local, multicast ` +
      "or a cloud's metadata: only the setting --link-local-transfers allows that.";
    const answer = await plane.arm.call({ method: "POST", path, body });
    const error = { code: "BadRequest", message: stamped(message) };
    expect(answer).toMatchObject({ status: 400, body: { error } });
  }
});

/** The URL of an HTTP server that gives every request this answer. */
async function startAnswering(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

test("a dump may have the size of the SKU, however little memory its Redis has", async () => {
  const plane = await startDataPlane(await tempDir(), ["--redis-memory-mib", "64"]);
  const size = 2 ** 30;
  const blobs = await startAnswering((request, response) => {
    const isTooLarge = request.url?.startsWith("/large") === true;
    response.writeHead(200, { "content-length": isTooLarge ? size + 1 : size }).write("nothing");
    if (!isTooLarge) setImmediate(() => response.destroy());
  });
  const id = await plane.addCluster("c1");
  expect(await plane.act(id, "import", { sasUris: [`${blobs}/large.rdb?sig=secret`] })).toMatchObject({
    status: "Failed",
    error: {
      code: "InvalidDataFile",
      message: `'${blobs}/large.rdb' has more than the ${size} bytes that the cluster's SKU has room for.`,
    },
  });
  expect(await plane.act(id, "import", { sasUris: [`${blobs}/fitting.rdb?sig=secret`] })).toMatchObject({
    status: "Failed",
    error: { code: "DataTransferFailed" },
  });
});

test("deleting a cluster ends its import", async () => {
  const dataDir = await tempDir();
  const plane = await startDataPlane(dataDir);
  const id = await plane.addCluster("c1");
  const coming = Promise.withResolvers<void>();
  const cut = Promise.withResolvers<void>();
  const blobs = await startAnswering((_request, response) => {
    // It keeps sending and never ends.
    const sending = setInterval(() => response.write("."), 50);
    response.once("close", () => {
      clearInterval(sending);
      cut.resolve();
    });
    coming.resolve();
  });
  const sasUris = [`${blobs}/a.rdb`];
  const begun = await plane.arm.call({ method: "POST", path: `${id}/databases/default/import`, body: { sasUris } });
  await coming.promise;
  expect(await plane.arm.call({ method: "DELETE", path: id })).toMatchObject({ status: 200 });
  await cut.promise;
  const operation = await plane.arm.get(String(begun.headers["azure-asyncoperation"]));
  expect(operation.body).toMatchObject({ status: "Canceled", error: { code: "Canceled" } });
  await vi.waitFor(async () => expect(await readdir(join(dataDir, "redis"))).toEqual([]), { timeout: 30_000 });
});

/** A storage account that accepts PUTs at `/taken…` and refuses all others. */
const startPickyBlobs = (): Promise<string> =>
  startAnswering((request, response) => {
    request
      .resume()
      .once("end", () => response.writeHead(request.url?.startsWith("/taken") === true ? 201 : 403).end());
  });

test("a signature is neither shown nor kept after the transfer", async () => {
  const dataDir = await tempDir();
  const plane = await startDataPlane(dataDir, ["--log-level", "trace"]);
  const blobs = await startPickyBlobs();
  const id = await plane.addCluster("c1");
  const signature = "sig=c2lnbmF0dXJlLXRoYXQtaXMtc2VjcmV0";
  const operations = [
    await plane.act(id, "export", { sasUri: `${blobs}/taken.rdb?sr=b&${signature}` }),
    await plane.act(id, "export", { sasUri: `${blobs}/refused.rdb?sr=b&${signature}` }),
    await plane.act(id, "import", { sasUris: [`${blobs}/refused.rdb?${signature}`] }),
    await plane.act(id, "import", { sasUris: [`http://127.0.0.1:1/nobody.rdb?${signature}`] }),
  ];
  expect(operations).toMatchObject([
    { status: "Succeeded" },
    ...Array.from({ length: 3 }, () => ({ status: "Failed" })),
  ]);
  const path = `${id}/databases/default/export`;
  const bad = await plane.arm.call({ method: "POST", path, body: { sasUri: `https://me:pass@x/a.rdb?${signature}` } });
  expect(bad.status).toBe(400);
  const subscription = id.split("/").slice(0, 3).join("/");
  const anHourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const log = await plane.arm.get(
    `${subscription}/providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01` +
      `&$filter=${encodeURIComponent(`eventTimestamp ge '${anHourAgo}'`)}`,
  );
  expect(JSON.stringify(log.body)).toContain("databases/export/action");
  expect(plane.program.errors()).toContain("/databases/default/export");
  const walFile = join(dataDir, "cuprite.db-wal");
  await vi.waitFor(async () => expect((await readFile(walFile)).includes("c2lnbmF0")).toBe(false));
  await plane.program.stop();
  const told = JSON.stringify([operations, bad.body, log.body]) + plane.program.errors();
  expect(told).not.toContain("c2lnbmF0");
  const files = (await readdir(dataDir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toContain("cuprite.db");
  for (const { parentPath, name } of files) {
    expect([name, (await readFile(join(parentPath, name))).includes("c2lnbmF0")]).toEqual([name, false]);
  }
});
