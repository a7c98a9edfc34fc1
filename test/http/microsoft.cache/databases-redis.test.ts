import { describe, expect, test } from "vitest";
import { engineLimits } from "../../../src/operations/timing.ts";
import { OperationFailure } from "../../../src/operations/operation-kind.ts";
import { redisNotStarted, type DatabaseDataPlane } from "../../../src/providers/microsoft.cache/data-plane.ts";
import { startDatabaseServer } from "../../support/database-server.ts";
import { stamped } from "../../support/stamped.ts";

const azure = { timing: { kind: "azure" } } as const;

interface HeldRedis {
  readonly dataPlane: DatabaseDataPlane;
  /** The calls, in order. */
  readonly asked: string[];
  versions: { running: string; installed: string };
  /** What `started` resolves or rejects with. */
  start: Promise<void>;
}

/** A Redis whose starts a test decides on. */
function heldRedis(): HeldRedis {
  const asked: string[] = [];
  const done = async (what: string): Promise<void> => void asked.push(what);
  const held: HeldRedis = {
    asked,
    versions: { running: "7.0", installed: "7.0" },
    start: Promise.resolve(),
    dataPlane: {
      redisVersion: () => held.versions.running,
      trouble: () => undefined,
      installedVersion: async () => held.versions.installed,
      applied: () => done("applied"),
      started: async () => {
        asked.push("started");
        await held.start;
      },
      upgrade: async () => {
        asked.push("upgrade");
        held.versions.running = held.versions.installed;
      },
      checkModules: async () => [],
      checkAccessString: async () => undefined,
      dumpRefusal: async () => undefined,
      flush: () => done("flush"),
      importData: () => done("import"),
      exportData: () => done("export"),
    },
  };
  return held;
}

const failure = new OperationFailure({ code: redisNotStarted, message: "It ended with 1." });

const states = (provisioningState: string, resourceState: string): object => ({
  body: { properties: { provisioningState, resourceState } },
});

describe("creating a database", () => {
  test("returns the created database once its Redis is up, with the version of that Redis", async () => {
    const redis = heldRedis();
    const { putDatabase } = await startDatabaseServer({ dataPlane: redis.dataPlane });
    const { status, body, headers } = await putDatabase();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      properties: { provisioningState: "Succeeded", resourceState: "Running", redisVersion: "7.0" },
    });
    expect(headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "x-go-azure-sdk-skip-polling-delay": "true",
    });
    expect(headers).not.toHaveProperty("azure-asyncoperation");
    expect(headers).not.toHaveProperty("location");
    expect(redis.asked).toEqual(["started"]);
  });

  test("returns an operation to follow when the Redis takes longer than a response may wait", async () => {
    const redis = heldRedis();
    const { promise, resolve } = Promise.withResolvers<void>();
    redis.start = promise;
    const { putDatabase, call, database, clock, follow } = await startDatabaseServer({ dataPlane: redis.dataPlane });
    const putting = putDatabase();
    await clock.advance(0);
    await clock.advance(engineLimits.answerWaitMs);
    const { status, body, headers } = await putting;
    expect({ status, body }).toMatchObject({ status: 201, ...states("Creating", "Creating") });
    expect(headers).toMatchObject({ "content-type": "application/json", "retry-after": "1" });
    expect(headers).not.toHaveProperty("x-go-azure-sdk-skip-polling-delay");
    expect(await follow(headers["azure-asyncoperation"])).toMatchObject({ body: { status: "InProgress" } });
    expect(await call("PUT", database, { body: { properties: {} } })).toMatchObject({ status: 409 });
    resolve();
    await clock.advance(0);
    expect(await follow(headers["azure-asyncoperation"])).toMatchObject({ body: { status: "Succeeded" } });
    expect(await call("GET", database)).toMatchObject(states("Succeeded", "Running"));
  });

  test("fails a creation with the reason when the Redis does not start, and starts it again at the next PUT", async () => {
    const redis = heldRedis();
    redis.start = Promise.reject(failure);
    redis.start.catch(() => undefined); // Nobody waits for it yet.
    const { putDatabase, call, database, follow } = await startDatabaseServer({ dataPlane: redis.dataPlane });
    const { status, body, headers } = await putDatabase();
    expect({ status, body }).toMatchObject({ status: 201, ...states("Creating", "Creating") });
    expect(await follow(headers["azure-asyncoperation"])).toMatchObject({
      body: { status: "Failed", error: { code: "RedisServerNotStarted", message: "It ended with 1." } },
    });
    const { text, ...failed } = await call("GET", database);
    expect(failed).toMatchObject(states("Failed", "CreateFailed"));
    expect(text).not.toContain("It ended");

    redis.start = Promise.resolve();
    expect(await putDatabase()).toMatchObject({ status: 200, ...states("Succeeded", "Running") });
    expect(redis.asked).toEqual(["started", "started"]);
    expect(await putDatabase()).toMatchObject({ status: 200 });
    expect(redis.asked).toEqual(["started", "started", "applied"]);
  });

  test("ends a creation only when the Redis is up, also after Azure's time", async () => {
    const redis = heldRedis();
    const { promise, resolve } = Promise.withResolvers<void>();
    redis.start = promise;
    const server = await startDatabaseServer({ ...azure, dataPlane: redis.dataPlane });
    const { headers } = await server.putDatabase();
    await server.clock.advance(20_000);
    expect(await server.follow(headers["azure-asyncoperation"])).toMatchObject({ body: { status: "InProgress" } });
    resolve();
    await server.clock.advance(0);
    expect(await server.follow(headers["azure-asyncoperation"])).toMatchObject({ body: { status: "Succeeded" } });
  });
});

describe("changing a database", () => {
  test("waits for a restart when the clustering policy changes, and else until the Redis has the change", async () => {
    const redis = heldRedis();
    const { putDatabase, call, database } = await startDatabaseServer({ dataPlane: redis.dataPlane });
    await putDatabase({ clusteringPolicy: "NoCluster" });
    const patch = (properties: object) => call("PATCH", database, { body: { properties } });
    expect(await patch({ evictionPolicy: "AllKeysLRU" })).toMatchObject({ status: 200 });
    expect(redis.asked).toEqual(["started", "applied"]);
    expect(await patch({ clusteringPolicy: "OSSCluster" })).toMatchObject({
      status: 200,
      body: { properties: { clusteringPolicy: "OSSCluster", provisioningState: "Succeeded" } },
    });
    expect(redis.asked).toEqual(["started", "applied", "started"]);
  });

  test("returns 202 for a PATCH whose restart fails, and leaves the database UpdateFailed", async () => {
    const redis = heldRedis();
    const { putDatabase, call, database, follow } = await startDatabaseServer({ dataPlane: redis.dataPlane });
    await putDatabase({ clusteringPolicy: "NoCluster" });
    redis.start = Promise.reject(failure);
    redis.start.catch(() => undefined); // Nobody waits for it yet.
    const body = { properties: { clusteringPolicy: "OSSCluster" } };
    const { status, text, headers } = await call("PATCH", database, { body });
    expect({ status, text }).toEqual({ status: 202, text: "" });
    expect(await follow(headers["azure-asyncoperation"])).toMatchObject({ body: { status: "Failed" } });
    expect(await call("GET", database)).toMatchObject(states("Failed", "UpdateFailed"));
  });

  test("responds to new keys and access policy assignments when the Redis has them", async () => {
    const redis = heldRedis();
    const { putDatabase, call, database } = await startDatabaseServer({ dataPlane: redis.dataPlane });
    await putDatabase();
    await call("POST", `${database}/regenerateKey`, { body: { keyType: "Primary" } });
    const assignment = `${database}/accessPolicyAssignments/a1`;
    const user = { objectId: "6497c918-11ad-41e7-1b0f-7c518a87d0b0" };
    await call("PUT", assignment, { body: { properties: { accessPolicyName: "default", user } } });
    await call("DELETE", assignment);
    expect(redis.asked).toEqual(["started", "applied", "applied", "applied"]);
  });
});

describe("upgradeDBRedisVersion", () => {
  const post = (database: string) => ["POST", `${database}/upgradeDBRedisVersion`] as const;

  test.each([
    ["7.2", "7.2"],
    ["7.10", "7.9"],
  ])("refuses an upgrade where the Redis runs %s and %s is installed", async (running, installed) => {
    const redis = heldRedis();
    redis.versions = { running, installed };
    const { putDatabase, call, database } = await startDatabaseServer({ dataPlane: redis.dataPlane });
    await putDatabase();
    expect(await call(...post(database))).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "OperationNotAllowed",
          message: stamped(`The database '${database}' already runs Redis ${running}, the newest version.`),
        },
      },
    });
    expect(redis.asked).toEqual(["started"]);
  });

  test("upgrades to a newer Redis that was installed", async () => {
    const redis = heldRedis();
    redis.versions = { running: "7.0", installed: "7.10" };
    const { putDatabase, call, database, clock } = await startDatabaseServer({ dataPlane: redis.dataPlane });
    await putDatabase();
    expect(await call(...post(database))).toMatchObject({ status: 202 });
    await clock.advance(0);
    expect(redis.asked).toEqual(["started", "upgrade"]);
    expect(await call("GET", database)).toMatchObject({ body: { properties: { redisVersion: "7.10" } } });
  });
});
