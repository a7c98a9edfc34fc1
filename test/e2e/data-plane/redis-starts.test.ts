import { expect, test, vi } from "vitest";
import type { ArmAnswer, ArmCall } from "../../support/arm-caller.ts";
import { clusterId, dataPlaneOf, startDataPlane, type DataPlaneProgram } from "../../support/data-plane.ts";
import { asBroken, asReal, asSilent, asWaiting, fakeRedis, type FakeRedis } from "../../support/fake-redis.ts";
import { runCuprite, startProgram } from "../../support/program.ts";
import { stamped } from "../../support/stamped.ts";
import { tempDir } from "../../support/temp-dir.ts";

const waiting = { timeout: 45_000, interval: 50 };
const withKeys = { accessKeysAuthentication: "Enabled", clusteringPolicy: "EnterpriseCluster" };

/** The client closes a connection on which it cannot log in. */
const refused = /WRONGPASS|NOAUTH|closed/;

interface Begun {
  readonly plane: DataPlaneProgram;
  readonly redis: FakeRedis;
  readonly dataDir: string;
  readonly database: string;
  readonly again: (args?: readonly string[]) => Promise<DataPlaneProgram>;
}

/** A program with a cluster that has no database yet, whose Redis is a script. */
async function begin(script: string, args: readonly string[] = []): Promise<Begun> {
  const dataDir = await tempDir();
  const redis = await fakeRedis(script);
  const again = async (more: readonly string[] = []): Promise<DataPlaneProgram> =>
    dataPlaneOf(await startProgram({ dataDir, args: ["--log-level", "error", ...more], env: redis.env }), dataDir);
  const plane = await again();
  const properties = { publicNetworkAccess: "Enabled" };
  await plane.put(clusterId("c1"), { location: "eastus", sku: { name: "Balanced_B1" }, properties });
  const database = `${clusterId("c1")}/databases/default`;
  if (args.length === 0) return { plane, redis, dataDir, database, again };
  await plane.program.stop();
  return { plane: await again(args), redis, dataDir, database, again };
}

const putting = (path: string, properties: object = withKeys): ArmCall => ({
  method: "PUT",
  path,
  body: { properties },
});

/** The end of the operation that a response names. */
const endOf = ({ arm }: DataPlaneProgram, { headers }: ArmAnswer): Promise<unknown> =>
  vi.waitFor(async () => {
    const { body } = await arm.get(String(headers["azure-asyncoperation"]));
    expect((body as { status: string }).status).toMatch(/Succeeded|Failed|Canceled/);
    return body;
  }, waiting);

const states = (provisioningState: string, resourceState: string): object => ({
  body: { properties: { provisioningState, resourceState } },
});

/** The reply to a login with a key on the public path. */
async function ping(plane: DataPlaneProgram, password: string): Promise<string> {
  const client = await plane.dial(await plane.path("c1", "public"), { password });
  return await client.ping();
}

const pong = async (plane: DataPlaneProgram): Promise<string> =>
  ping(plane, (await plane.keys(clusterId("c1"))).primaryKey);

test("a database whose Redis ends at once fails with its last line, and can be written again", async () => {
  const { plane, redis, database, dataDir } = await begin(asBroken);
  const answer = await plane.arm.call(putting(database));
  expect(answer).toMatchObject({ status: 201, ...states("Creating", "Creating") });
  expect(await endOf(plane, answer)).toMatchObject({
    status: "Failed",
    error: {
      code: "RedisServerNotStarted",
      message: "The Redis server of the database could not be started: It ended with 3. Fatal error: the oven is cold",
    },
  });
  expect(await plane.arm.get(database)).toMatchObject(states("Failed", "CreateFailed"));
  const told = "the database of 'c1' has no Redis: The Redis server of the database could not be started";
  expect(await plane.path("c1", "public", false)).toMatchObject({ closedBecause: expect.stringContaining(told) });
  const { stdout } = await runCuprite(["endpoints", "--data-dir", dataDir]);
  expect(stdout).toContain(`closed: ${told}: It ended with 3. Fatal error: the oven is cold`);

  await redis.become(asReal);
  const put = await plane.arm.call(putting(database));
  expect(put).toMatchObject({ status: 200, ...states("Succeeded", "Running") });
  expect(put.headers).not.toHaveProperty("azure-asyncoperation");
  expect(await pong(plane)).toBe("PONG");
});

test("a database whose Redis did not start stays so over a restart, and can be deleted", async () => {
  const { plane, redis, database, again } = await begin(asBroken);
  await endOf(plane, await plane.arm.call(putting(database)));
  await plane.program.stop();
  await redis.become(asReal);
  const second = await again();
  expect(await second.arm.get(database)).toMatchObject(states("Failed", "CreateFailed"));
  expect(await second.path("c1", "public", false)).toMatchObject({
    closedBecause: expect.stringContaining("the oven is cold"),
  });
  expect(await second.arm.call({ method: "DELETE", path: database })).toMatchObject({ status: 200 });
  expect(await second.arm.call(putting(database))).toMatchObject({ status: 201, ...states("Succeeded", "Running") });
  expect(await pong(second)).toBe("PONG");
});

test("a database whose Redis keeps failing reads as failed with a closed path, and both recover with it", async () => {
  const { plane, redis, database, dataDir } = await begin(asReal);
  await plane.put(database, { properties: withKeys });
  const { primaryKey: password } = await plane.keys(clusterId("c1"));
  const client = await plane.dial(await plane.path("c1", "public"), { password });
  const pid = Number(/process_id:(\d+)/.exec(await client.info("server"))?.[1]);
  await redis.become(asBroken);
  process.kill(pid, "SIGKILL");
  const told = "the database of 'c1' has no Redis: It ended with 3. Fatal error: the oven is cold It is tried again.";
  await vi.waitFor(async () => {
    const { isOpen, takesClients, closedBecause } = await plane.path("c1", "public", false);
    expect({ isOpen, takesClients, closedBecause }).toEqual({
      isOpen: false,
      takesClients: false,
      closedBecause: told,
    });
  }, waiting);
  expect(await plane.arm.get(database)).toMatchObject(states("Failed", "EnableFailed"));
  expect((await runCuprite(["endpoints", "--data-dir", dataDir])).stdout).toContain(`closed: ${told}`);
  const flush = await plane.arm.call({ method: "POST", path: `${database}/flush`, body: {} });
  expect(await endOf(plane, flush)).toMatchObject({ status: "Failed", error: { code: "RedisServerNotStarted" } });

  await redis.become(asReal);
  await vi.waitFor(async () => expect(await pong(plane)).toBe("PONG"), waiting);
  expect(await plane.arm.get(database)).toMatchObject(states("Succeeded", "Running"));
});

test("a path accepts clients that wait, and is not open, while its Redis starts after a restart of Cuprite", async () => {
  const { plane, redis, database, again, dataDir } = await begin(asReal);
  await plane.put(database, { properties: withKeys });
  await plane.program.stop();
  await redis.become(asWaiting);
  const second = await again();
  const told = "its Redis is starting";
  const path = await vi.waitFor(async () => {
    const found = await second.path("c1", "public", false);
    expect(found).toMatchObject({ isOpen: false, takesClients: true, closedBecause: told });
    return found;
  }, waiting);
  expect((await runCuprite(["endpoints", "--data-dir", dataDir])).stdout).toContain(`waiting: ${told}`);
  const { primaryKey: password } = await second.keys(clusterId("c1"));
  const dialled = second.dial(path, { password });
  await redis.go();
  expect(await (await dialled).ping()).toBe("PONG");
  expect(await second.path("c1", "public")).toMatchObject({ isOpen: true, takesClients: true });
});

test("a response waits a limited time for a Redis that never listens, and its operation ends too", async () => {
  const { plane, database } = await begin(asSilent);
  const answer = await plane.arm.call(putting(database));
  expect(answer).toMatchObject({ status: 201, ...states("Creating", "Creating") });
  expect(await plane.arm.get(String(answer.headers["azure-asyncoperation"]))).toMatchObject({
    body: { status: "InProgress" },
  });
  expect(await endOf(plane, answer)).toMatchObject({
    status: "Failed",
    error: { message: expect.stringContaining("It did not listen within 10 seconds.") },
  });
});

test("an operation that outlasts its response succeeds once the Redis runs", async () => {
  const { plane, redis, database } = await begin(asWaiting);
  const answer = await plane.arm.call(putting(database));
  expect(answer).toMatchObject({ status: 201, ...states("Creating", "Creating") });
  await redis.go();
  expect(await endOf(plane, answer)).toMatchObject({ status: "Succeeded" });
  expect(await plane.arm.get(database)).toMatchObject(states("Succeeded", "Running"));
  expect(await pong(plane)).toBe("PONG");
});

test("an operation with a fixed duration does not end before the Redis runs", async () => {
  const { plane, redis, database } = await begin(asWaiting, ["--timing", "10"]);
  const answer = await plane.arm.call(putting(database));
  expect(answer).toMatchObject({ status: 201, ...states("Creating", "Creating") });
  for (let look = 0; look < 20; look += 1) {
    expect(await plane.arm.get(database)).toMatchObject(states("Creating", "Creating"));
  }
  await redis.go();
  expect(await endOf(plane, answer)).toMatchObject({ status: "Succeeded" });
  expect(await pong(plane)).toBe("PONG");
});

test("a creation during which Cuprite is killed succeeds after the next start", async () => {
  const { plane, redis, database, again } = await begin(asSilent);
  const cut = plane.arm.call(putting(database)).catch(() => "cut");
  await vi.waitFor(
    async () => expect(await plane.arm.get(database)).toMatchObject(states("Creating", "Creating")),
    waiting,
  );
  await plane.program.stop("SIGKILL");
  expect(await cut).toBe("cut");

  await redis.become(asReal);
  const second = await again();
  await vi.waitFor(
    async () => expect(await second.arm.get(database)).toMatchObject(states("Succeeded", "Running")),
    waiting,
  );
  expect(await pong(second)).toBe("PONG");
});

test("deleting a cluster ends the creation of its database, and leaves no process or folder", async () => {
  const { plane, database } = await begin(asSilent);
  const put = plane.arm.call(putting(database));
  await vi.waitFor(
    async () => expect(await plane.arm.get(database)).toMatchObject(states("Creating", "Creating")),
    waiting,
  );
  expect(await plane.arm.call({ method: "DELETE", path: clusterId("c1") })).toMatchObject({ status: 200 });
  const answer = await put;
  expect(answer).toMatchObject({ status: 201 });
  expect(await endOf(plane, answer)).toMatchObject({ status: "Canceled", error: { code: "Canceled" } });
  await vi.waitFor(async () => expect(await plane.paths()).toEqual([]), waiting);
  expect(await plane.program.stop()).toEqual({ code: 0, signal: null });
});

test("a database's creation returns when its Redis accepts commands, also when that is a cluster", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1", { database: { clusteringPolicy: "OSSCluster" } });
  const [path] = await plane.paths();
  const { primaryKey: password } = await plane.keys(id);
  const client = await plane.dial(path ?? (await plane.path("c1", "public")), { password });
  expect(await client.set("a", "1")).toBe("OK");
  expect(await client.cluster("INFO")).toContain("cluster_state:ok");
});

test("a change that restarts the Redis returns after the restart, and keeps the keys", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1", { database: { clusteringPolicy: "NoCluster" } });
  const { primaryKey: password } = await plane.keys(id);
  const path = await plane.path("c1", "public");
  await (await plane.dial(path, { password })).set("kept", "1");
  const body = { properties: { clusteringPolicy: "OSSCluster" } };
  const patch = await plane.arm.call({ method: "PATCH", path: `${id}/databases/default`, body });
  expect(patch).toMatchObject({ status: 200, ...states("Succeeded", "Running") });
  const client = await plane.dial(path, { password });
  expect(await client.cluster("INFO")).toContain("cluster_state:ok");
  expect(await client.get("kept")).toBe("1");
});

test("a change that fails to start the Redis again leaves the database UpdateFailed until the next one", async () => {
  const { plane, redis, database } = await begin(asReal);
  await plane.put(database, { properties: { ...withKeys, clusteringPolicy: "NoCluster" } });
  await redis.become(asBroken);
  const body = { properties: { clusteringPolicy: "OSSCluster" } };
  const answer = await plane.arm.call({ method: "PATCH", path: database, body });
  expect(answer).toMatchObject({ status: 202 });
  expect(await endOf(plane, answer)).toMatchObject({ status: "Failed", error: { code: "RedisServerNotStarted" } });
  expect(await plane.arm.get(database)).toMatchObject(states("Failed", "UpdateFailed"));
  await plane.path("c1", "public", false);
  await redis.become(asReal);
  expect(await plane.arm.call({ method: "PATCH", path: database, body })).toMatchObject({ status: 200 });
  expect(await pong(plane)).toBe("PONG");
});

test("access keys that are switched off or replaced are refused when the request returns", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1");
  const path = await plane.path("c1", "public");
  const { primaryKey: old } = await plane.keys(id);
  const client = await plane.dial(path, { password: old });
  const keyType = "Primary";
  await plane.arm.call({ method: "POST", path: `${id}/databases/default/regenerateKey`, body: { keyType } });
  await expect(ping(plane, old)).rejects.toThrow(refused);
  const { primaryKey } = await plane.keys(id);
  expect(await ping(plane, primaryKey)).toBe("PONG");
  const cut = new Promise((resolve) => client.once("end", resolve));
  await plane.put(`${id}/databases/default`, { properties: { ...withKeys, accessKeysAuthentication: "Disabled" } });
  await expect(ping(plane, primaryKey)).rejects.toThrow(refused);
  await cut;
});

test("a database shows the version of its Redis, and can be upgraded to a newer installed one", async () => {
  const { plane, redis, database } = await begin(asReal);
  await plane.put(database, { properties: { ...withKeys } });
  const { primaryKey: password } = await plane.keys(clusterId("c1"));
  const path = await plane.path("c1", "public");
  const client = await plane.dial(path, { password });
  await client.set("kept", "1");
  const info = await client.info("server");
  const version = /redis_version:(\d+\.\d+)/.exec(info)?.[1];
  const shown = { body: { properties: { redisVersion: version } } };
  expect(await plane.arm.get(database)).toMatchObject(shown);
  const upgrade: ArmCall = { method: "POST", path: `${database}/upgradeDBRedisVersion` };
  expect(await plane.arm.call(upgrade)).toMatchObject({
    status: 400,
    body: {
      error: {
        code: "OperationNotAllowed",
        message: stamped(`The database '${database}' already runs Redis ${version}, the newest version.`),
      },
    },
  });

  await redis.become(asReal, "99.1.0");
  const answer = await plane.arm.call(upgrade);
  expect(answer).toMatchObject({ status: 202 });
  expect(await endOf(plane, answer)).toMatchObject({ status: "Succeeded" });
  const after = await plane.dial(path, { password });
  expect(await after.get("kept")).toBe("1");
  const processId = /process_id:\d+/;
  expect(processId.exec(await after.info("server"))?.[0]).not.toBe(processId.exec(info)?.[0]);
  // The running server's version counts, whatever the program on the disk prints.
  expect(await plane.arm.get(database)).toMatchObject(shown);
});
