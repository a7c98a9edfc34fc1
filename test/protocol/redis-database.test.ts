import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { Redis } from "ioredis";
import { expect, onTestFinished, test, vi } from "vitest";
import type { DatabaseConnection } from "../../src/data-plane/gateway/database-connection.ts";
import { RedisDatabase, RedisStartError } from "../../src/data-plane/redis/redis-database.ts";
import type { WantedRedis } from "../../src/data-plane/redis/wanted-redis.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createLog } from "../../src/kernel/log.ts";
import { asBroken, asReal, asSilent, fakeRedis } from "../support/fake-redis.ts";
import { tempDir } from "../support/temp-dir.ts";

const limitMs = 30_000;
const waiting = { timeout: limitMs, interval: 20 };
const patient = new AbortController().signal;
const wanted = (fixed: WantedRedis["fixed"] = { databases: "1" }): WantedRedis => ({
  live: { maxmemory: "10000000", save: "", appendonly: "no" },
  fixed,
  acl: new Map([["default", ["reset"]]]),
  modules: [],
  isPersistent: false,
});

async function openDatabase(script: string) {
  const redis = await fakeRedis(script);
  const folder = join(await tempDir(), "db");
  await mkdir(folder);
  const path = join((redis.env["PATH"] ?? "").split(":")[0] ?? "", "redis-server");
  const database = new RedisDatabase({
    binary: { path, version: "7.0.0", redisVersion: "7.0.0", moduleFolder: "", setpriv: undefined },
    folder,
    socketPath: join(folder, "s.sock"),
    clock: systemClock,
    log: createLog("silent"),
  });
  onTestFinished(() => database.close());
  return { database, redis, folder };
}

test("after several failed starts, the error says how the last one ended", { timeout: limitMs }, async () => {
  const { database } = await openDatabase(asBroken);
  void database.apply(wanted());
  await expect(database.started(patient)).rejects.toThrow(
    new RedisStartError("It ended with 3. Fatal error: the oven is cold"),
  );
  expect(database.redisVersion).toBeUndefined();
});

test("waiting for a start ends when it is aborted, and when no server is wanted any more", async () => {
  const { database } = await openDatabase(asSilent);
  void database.apply(wanted());
  const impatient = new AbortController();
  const waits = database.started(impatient.signal);
  impatient.abort(new Error("enough"));
  await expect(waits).rejects.toThrow("enough");
  const goesOn = database.started(patient);
  await database.close();
  expect(await goesOn).toBeUndefined();
});

test("keys survive a restart whose first attempt fails", { timeout: limitMs }, async () => {
  const { database, redis } = await openDatabase(asReal);
  void database.apply(wanted());
  await database.started(patient);
  await (await database.admin()).call("SET", "kept", "1");
  await redis.become(asBroken);
  const changed = { databases: "2" };
  void database.apply(wanted(changed));
  await expect(database.started(patient)).rejects.toThrow("the oven is cold");
  await redis.become(asReal);
  await database.started(patient);
  expect(await (await database.admin()).call("GET", "kept")).toBe("1");
  expect(database.redisVersion).toMatch(/^\d+\.\d+\.\d+/);
});

test("an upgrade runs the newer program and keeps the keys", { timeout: limitMs }, async () => {
  const { database } = await openDatabase(asReal);
  await database.upgrade(patient);
  expect(database.pid).toBeUndefined();
  void database.apply(wanted());
  await database.started(patient);
  const { pid } = database;
  await (await database.admin()).call("SET", "kept", "1");
  await database.upgrade(patient);
  expect(database.pid).not.toBe(pid);
  expect(await (await database.admin()).call("GET", "kept")).toBe("1");
});

test("a server that dies while it saves is started with the new settings", { timeout: limitMs }, async () => {
  const { database } = await openDatabase(asReal);
  void database.apply(wanted());
  await database.started(patient);
  const pid = database.pid ?? 0;
  process.kill(pid, "SIGSTOP");
  void database.apply(wanted({ databases: "2" }));
  process.kill(pid, "SIGKILL");
  await database.started(patient);
  expect(await (await database.admin()).call("CONFIG", "GET", "databases")).toEqual(["databases", "2"]);
});

test("a database can be closed while its server does not respond", { timeout: limitMs }, async () => {
  const { database } = await openDatabase(asReal);
  void database.apply(wanted());
  await database.started(patient);
  process.kill(database.pid ?? 0, "SIGSTOP");
  const changed = database.apply(wanted({ databases: "2" }));
  await database.close();
  expect(await changed).toBeUndefined();
});

test(
  "a server that cannot save its keys keeps running, and restarts once it can save",
  { timeout: limitMs },
  async () => {
    const { database, folder } = await openDatabase(asReal);
    void database.apply(wanted());
    await database.started(patient);
    const { pid } = database;
    await (await database.admin()).call("SET", "kept", "1");
    await mkdir(join(folder, "dump.rdb", "in-the-way"), { recursive: true });
    void database.apply(wanted({ databases: "2" }));
    await expect(database.started(patient)).rejects.toThrow(RedisStartError);
    expect(database.pid).toBe(pid);
    await rm(join(folder, "dump.rdb"), { recursive: true });
    await vi.waitFor(() => expect(database.pid).not.toBe(pid), waiting);
    await database.started(patient);
    const admin = await database.admin();
    expect(await admin.call("CONFIG", "GET", "databases")).toEqual(["databases", "2"]);
    expect(await admin.call("GET", "kept")).toBe("1");
  },
);

test("a password change that a busy script delays is applied after the script", async () => {
  const { database, folder } = await openDatabase(asReal);
  const withPassword = (password: string): WantedRedis => ({
    ...wanted(),
    live: { "busy-reply-threshold": "10" },
    acl: new Map([["default", ["reset", "on", `>${password}`, "~*", "+@all"]]]),
  });
  const dial = (password: string): Redis => {
    const client = new Redis({ path: join(folder, "s.sock"), password, enableReadyCheck: false });
    onTestFinished(() => client.disconnect());
    return client;
  };
  void database.apply(withPassword("old"));
  await database.started(patient);
  const [busy, other] = [dial("old"), dial("old")];
  await other.ping();
  const script = busy.eval("while true do end", 0);
  await Promise.all([
    expect(script).rejects.toThrow("killed"),
    (async () => {
      await vi.waitFor(() => expect(other.ping()).rejects.toThrow("BUSY"), waiting);
      await database.apply(withPassword("new"));
      await other.script("KILL");
    })(),
  ]);
  await vi.waitFor(() => expect(other.call("AUTH", "new")).resolves.toBe("OK"), waiting);
  await expect(other.call("AUTH", "old")).rejects.toThrow("WRONGPASS");
});

test("clients that do not read their replies are disconnected before they take all memory", async () => {
  const { database, folder } = await openDatabase(asReal);
  const acl = new Map([["default", ["reset", "on", ">first", "~*", "+@all"]]]);
  void database.apply({ ...wanted(), acl });
  await database.started(patient);
  const admin = await database.admin();
  await admin.call("SET", "large", "a".repeat(1_000_000));
  const deaf = connect(join(folder, "s.sock")).on("error", () => undefined);
  onTestFinished(() => void deaf.destroy());
  deaf.write(`AUTH first\r\n${"GET large\r\n".repeat(100)}`);
  const evicted = async (): Promise<number> =>
    Number(/evicted_clients:(\d+)/.exec(String(await admin.call("INFO", "stats")))?.[1]);
  await vi.waitFor(async () => expect(await evicted()).toBe(1), waiting);
  expect(await admin.call("STRLEN", "large")).toBe(1_000_000);
});

/** Connects to a database's socket, and resolves when all that have connected before are in the server's queue. */
async function queued(folder: string): Promise<void> {
  const last = connect(join(folder, "s.sock")).on("error", () => undefined);
  onTestFinished(() => void last.destroy());
  await once(last, "connect");
}

const noAuth = "-NOAUTH Authentication required.\r\n";

/** What the server replies to a client that has not logged in. */
async function pinged(connection: DatabaseConnection): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  connection.onBytes((bytes) => resolve(bytes.toString()));
  connection.socket.once("close", () => resolve("closed"));
  connection.socket.once("end", () => resolve("ended"));
  connection.socket.write("PING\r\n");
  return await promise;
}

test("a client whose connection a server has not accepted when it dies is connected to the next server", async () => {
  const { database, folder } = await openDatabase(asReal);
  void database.apply(wanted());
  await database.started(patient);
  const pid = database.pid ?? 0;
  process.kill(pid, "SIGSTOP");
  const connecting = database.connect(() => patient);
  await queued(folder);
  process.kill(pid, "SIGKILL");
  expect(await pinged(await connecting)).toBe(noAuth);
  expect(database.pid).not.toBe(pid);
});

test("a client that connects when a restart for other settings begins is connected to the new server", async () => {
  const { database } = await openDatabase(asReal);
  void database.apply(wanted());
  await database.started(patient);
  const { pid } = database;
  const connecting = database.connect(() => patient);
  void database.apply(wanted({ databases: "2" }));
  const connection = await connecting;
  await database.started(patient);
  expect(await pinged(connection)).toBe(noAuth);
  expect(database.pid).not.toBe(pid);
});

test("a connection through which a client has sent commands ends with its server", async () => {
  const { database } = await openDatabase(asReal);
  void database.apply(wanted());
  await database.started(patient);
  const connection = await database.connect(() => patient);
  expect(await pinged(connection)).toBe(noAuth);
  const ended = once(connection.socket, "end");
  process.kill(database.pid ?? 0, "SIGKILL");
  await ended;
});
