import { createServer } from "node:http";
import { readFile, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { startDataPlane } from "../../support/data-plane.ts";
import { tempDir } from "../../support/temp-dir.ts";

test("dumps go through files in the one folder that is allowed, and nowhere else", async () => {
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
        message: "The URL in property 'sasUris[0]' does not lead into the folder of the setting --dump-folder.",
      },
    },
  });
});

/** A storage account that takes what is put at `/taken…` and nothing else. */
async function startPickyBlobs(): Promise<string> {
  const server = createServer((request, response) => {
    request
      .resume()
      .once("end", () => response.writeHead(request.url?.startsWith("/taken") === true ? 201 : 403).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

test("a signature is neither told nor kept once the transfer is over", async () => {
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
  await plane.program.stop();
  const told = JSON.stringify([operations, bad.body, log.body]) + plane.program.errors();
  expect(told).not.toContain("c2lnbmF0");
  const files = (await readdir(dataDir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toContain("cuprite.db");
  for (const { parentPath, name } of files) {
    expect([name, (await readFile(join(parentPath, name))).includes("c2lnbmF0")]).toEqual([name, false]);
  }
});
