import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { exportDump } from "../../src/data-plane/transfer/export-dump.ts";
import { importDumps } from "../../src/data-plane/transfer/import-dump.ts";
import { openDumpPlace } from "../support/dump-place.ts";

const limitMs = 30_000;
const patient = new AbortController().signal;

test("an export to a file can be imported again", { timeout: limitMs }, async () => {
  const place = await openDumpPlace();
  const url = new URL(`file://${place.dumpFolder}/a.rdb`);
  await place.admin.call("SET", "kept", "1");
  await writeFile(join(place.folder, "export.rdb"), "what an export that was killed has left");
  await exportDump(place, url, patient);
  expect(await readdir(place.folder)).toEqual(["dump.rdb", "process.json", "s.sock"]);
  expect(await readdir(place.dumpFolder)).toEqual(["a.rdb"]);
  expect((await readFile(url)).subarray(0, 5).toString()).toBe("REDIS");
  await place.admin.call("FLUSHALL");
  await importDumps(place, [url], patient);
  expect(await place.admin.call("GET", "kept")).toBe("1");
});

test("keys of several imported dumps survive a killed server", { timeout: limitMs }, async () => {
  const { database, ...place } = await openDumpPlace({ save: "3600 1" });
  const urls = ["first", "second"].map((name) => new URL(`file://${place.dumpFolder}/${name}.rdb`));
  for (const url of urls) {
    await place.admin.call("FLUSHALL");
    await place.admin.call("SET", url.pathname, "1");
    await exportDump(place, url, patient);
  }
  await importDumps(place, urls, patient);
  const { pid = 0 } = database;
  process.kill(pid, "SIGKILL");
  await vi.waitFor(() => expect(database.pid).not.toBe(pid), { timeout: limitMs });
  const admin = await database.admin();
  expect(await admin.call("EXISTS", ...urls.map(({ pathname }) => pathname))).toBe(2);
});

test(
  "an import from a path that is missing, no file or outside the folder fails with a sentence",
  { timeout: limitMs },
  async () => {
    const place = await openDumpPlace();
    const at = `file://${place.dumpFolder}`;
    await mkdir(join(place.dumpFolder, "folder.rdb"));
    await writeFile(join(place.dumpFolder, "broken.rdb"), "nothing");
    const read = (path: string): Promise<void> => importDumps(place, [new URL(`${at}/${path}`)], patient);
    await expect(read("missing.rdb")).rejects.toThrow(`The data could not be read from '${at}/missing.rdb': ENOENT`);
    await expect(read("folder.rdb")).rejects.toThrow(`'${at}/folder.rdb': it is not a file.`);
    await expect(read("broken.rdb")).rejects.toThrow(`'${at}/broken.rdb' is not a dump that this Redis can load.`);
    await expect(read("../a.rdb")).rejects.toThrow("does not lead into the folder of the setting --dump-folder.");
    await expect(exportDump(place, new URL(`${at}/folder.rdb`), patient)).rejects.toThrow(
      `The data could not be written to '${at}/folder.rdb': EISDIR`,
    );
    expect((await readdir(place.dumpFolder)).toSorted()).toEqual(["broken.rdb", "folder.rdb"]);
  },
);
