import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { aclRules, denyingRules } from "../../src/data-plane/redis/acl.ts";
import type { RedisAdmin } from "../../src/data-plane/redis/redis-admin.ts";
import { findRedis } from "../../src/data-plane/redis/redis-binary.ts";
import { RedisDatabase } from "../../src/data-plane/redis/redis-database.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { createLog } from "../../src/kernel/log.ts";
import { databaseFacts } from "../support/cluster-facts.ts";
import { tempDir } from "../support/temp-dir.ts";

const user = "11111111-2222-4333-8444-555555555555";
const token = { hash: "a".repeat(64), objectId: user, expiresAtMs: 1 };

/** Starts a server that has a user with these permissions. Resolves with a check whether that user may run a command. */
async function mayRun(accessString: string): Promise<(command: string) => Promise<boolean>> {
  const search = await findRedis();
  if (!("found" in search)) throw new Error(search.missing);
  const folder = join(await tempDir(), "db");
  await mkdir(folder);
  const place = { folder, socketPath: join(folder, "s.sock") };
  const database = new RedisDatabase({ binary: search.found, ...place, clock: systemClock, log: createLog("silent") });
  onTestFinished(() => database.close());
  const acl = aclRules(databaseFacts({ assignments: [{ objectId: user, accessString }] }), () => [token]);
  const live = { maxmemory: "10000000", save: "", appendonly: "no" };
  await database.apply({ live, fixed: { databases: "1" }, acl, modules: [], isPersistent: false });
  const admin = await database.admin();
  return async (command) => (await admin.call("ACL", "DRYRUN", user, ...command.split(" "))) === "OK";
}

const harmful = [
  "acl list",
  "acl setuser cuprite on nopass",
  "client no-evict on",
  "cluster forget 1",
  "cluster reset",
  "config rewrite",
  "config set dir /tmp",
  "debug sleep 1",
  "migrate 127.0.0.1 1 a 0 1",
  "module unload a",
  "replicaof 127.0.0.1 1",
  "script debug sync",
  "shutdown",
];

test.for(["+@all ~*", "allcommands ~*", "+acl|setuser +config|set +debug|sleep +migrate|a +@admin +@dangerous ~*"])(
  "harmful commands are denied even with '%s'",
  async (accessString) => {
    const may = await mayRun(accessString);
    expect((await Promise.all(harmful.map(may))).filter(Boolean)).toEqual([]);
  },
);

test("the harmless subcommands need permission like any other command", async () => {
  const harmless = ["acl whoami", "cluster getkeysinslot 0 1", "cluster nodes", "config get dir", "module list"];
  const mayAll = await mayRun("+@all ~*");
  expect(await Promise.all(harmless.map(mayAll))).toEqual(harmless.map(() => true));
  const mayRead = await mayRun("+get ~app:*");
  expect(await Promise.all(harmless.map(mayRead))).toEqual(harmless.map(() => false));
  expect(await mayRead("get app:1")).toBe(true);
  const mayGet = await mayRun("+@all -config|get ~*");
  expect(await mayGet("config get dir")).toBe(false);
});

test("a command whose subcommands a server does not list is denied as a whole", async () => {
  const silent = { call: async () => [] } as unknown as RedisAdmin;
  expect(await denyingRules(silent)).toEqual(expect.arrayContaining(["-acl", "-cluster", "-config", "-module"]));
});
