import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { findRedis } from "../../src/data-plane/redis/redis-binary.ts";
import { RedisDatabase } from "../../src/data-plane/redis/redis-database.ts";
import { exportDump } from "../../src/data-plane/transfer/export-dump.ts";
import { importDumps } from "../../src/data-plane/transfer/import-dump.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createLog } from "../../src/kernel/log.ts";
import { tempDir } from "../support/temp-dir.ts";

const limitMs = 30_000;
const patient = new AbortController().signal;

/** A database that runs, with a folder that dumps may be in. */
async function openDatabase({ save = "" } = {}) {
  const search = await findRedis();
  if (!("found" in search)) throw new Error(search.missing);
  const binary = search.found;
  const folder = join(await tempDir(), "db");
  await mkdir(folder);
  const database = new RedisDatabase({
    binary,
    folder,
    socketPath: join(folder, "s.sock"),
    clock: systemClock,
    log: createLog("silent"),
  });
  onTestFinished(() => database.close());
  const live = { maxmemory: "10000000", save, appendonly: "no" };
  const acl = new Map([["default", ["reset"]]]);
  await database.apply({ live, fixed: { databases: "1" }, acl, modules: [], isPersistent: save !== "" });
  return { database, admin: await database.admin(), folder, serverPath: binary.path, dumpFolder: await tempDir() };
}

test("keys go out to a file and come back from it", { timeout: limitMs }, async () => {
  const place = await openDatabase();
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

test("what came from several dumps outlives a server that is killed", { timeout: limitMs }, async () => {
  const { database, ...place } = await openDatabase({ save: "3600 1" });
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

test("a file that is not there, is none or leads away fails with a sentence", { timeout: limitMs }, async () => {
  const place = await openDatabase();
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
});
