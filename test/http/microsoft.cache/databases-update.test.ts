import { describe, expect, test } from "vitest";
import { listActivities } from "../../support/list-activities.ts";
import { startDatabaseServer } from "../../support/database-server.ts";
import { stamped } from "../../support/stamped.ts";

const azure = { timing: { kind: "azure" } } as const;
const createMs = 7_000;
const updateMs = 6_000;

describe("PUT of an existing database", () => {
  test("returns 200 with the changed database", async () => {
    const { putDatabase, call, database } = await startDatabaseServer();
    await putDatabase();
    const { status, body, headers } = await putDatabase({ evictionPolicy: "NoEviction", clientProtocol: "Plaintext" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      properties: { evictionPolicy: "NoEviction", clientProtocol: "Plaintext", provisioningState: "Succeeded" },
    });
    expect(headers).toMatchObject({ "x-go-azure-sdk-skip-polling-delay": "true" });
    expect(await call("GET", database)).toMatchObject({ status: 200, body });
  });

  test("shows a database as Updating for six seconds in Azure, even when nothing changes", async () => {
    const { putDatabase, call, database, clock, follow } = await startDatabaseServer(azure);
    await putDatabase();
    await clock.advance(createMs);
    const { status, body, headers } = await putDatabase();
    expect(status).toBe(200);
    expect(body).toMatchObject({ properties: { provisioningState: "Updating", resourceState: "Updating" } });
    expect(headers["azure-asyncoperation"]).toContain("/operationsStatus/");
    expect(headers["location"]).toContain("/databases/default/operationresults/");
    expect(headers).not.toHaveProperty("retry-after");
    await clock.advance(updateMs);
    expect(await call("GET", database)).toMatchObject({ body: { properties: { resourceState: "Running" } } });
    expect(await follow(headers["azure-asyncoperation"])).toMatchObject({ body: { status: "Succeeded" } });
  });

  test("sends Retry-After of one second under a fixed timing", async () => {
    const { putDatabase } = await startDatabaseServer({ timing: { kind: "fixed", durationMs: 50 } });
    expect(await putDatabase()).toMatchObject({ status: 201, headers: { "retry-after": "1" } });
  });

  test("refuses a PUT while an earlier write is in progress", async () => {
    const { putDatabase, database } = await startDatabaseServer(azure);
    await putDatabase();
    expect(await putDatabase()).toMatchObject({
      status: 409,
      body: { error: { code: "Conflict", message: expect.stringContaining(`The resource '${database}' is busy`) } },
    });
  });

  test("resets what a PUT leaves out to its default, except what is decided at creation", async () => {
    const { putDatabase } = await startDatabaseServer();
    const fixed = {
      port: 12_000,
      clusteringPolicy: "EnterpriseCluster",
      modules: [{ name: "RedisBloom", args: "X 1" }],
    };
    const free = {
      clientProtocol: "Plaintext",
      evictionPolicy: "NoEviction",
      persistence: { rdbEnabled: true, rdbFrequency: "6h" },
      deferUpgrade: "Deferred",
      accessKeysAuthentication: "Enabled",
    };
    await putDatabase({ ...fixed, ...free });
    const { body } = await putDatabase();
    expect(body).toMatchObject({
      properties: {
        port: 12_000,
        clusteringPolicy: "EnterpriseCluster",
        modules: [{ name: "RedisBloom", args: "X 1" }],
        clientProtocol: "Encrypted",
        evictionPolicy: "VolatileLRU",
        deferUpgrade: "NotDeferred",
        accessKeysAuthentication: "Disabled",
      },
    });
    expect(body).not.toHaveProperty("properties.persistence");
  });

  test("keeps what the caller's version does not know", async () => {
    const { putDatabase, call, database } = await startDatabaseServer();
    const properties = {
      persistence: { aofEnabled: true },
      deferUpgrade: "Deferred",
      accessKeysAuthentication: "Disabled",
    };
    await putDatabase(properties);
    const old = await putDatabase(
      { evictionPolicy: "AllKeysLRU", deferUpgrade: 7, persistence: "x" },
      "2020-10-01-preview",
    );
    expect(old).toMatchObject({ status: 200, body: { properties: { evictionPolicy: "AllKeysLRU" } } });
    expect(await call("GET", database)).toMatchObject({
      body: {
        properties: {
          ...properties,
          persistence: { aofEnabled: true, rdbEnabled: false, aofFrequency: "1s", rdbFrequency: null },
        },
      },
    });
  });

  test("stores one version after the other of concurrent PUTs, and loses none", async () => {
    const { putDatabase, store, database } = await startDatabaseServer();
    await putDatabase();
    const answers = await Promise.all([putDatabase({ evictionPolicy: "NoEviction" }), putDatabase()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await listActivities(store, database)).toHaveLength(3);
  });
});

describe("PATCH of a database", () => {
  test("changes only what a PATCH names", async () => {
    const { putDatabase, call, database } = await startDatabaseServer();
    await putDatabase({ clientProtocol: "Plaintext", deferUpgrade: "Deferred" });
    const body = { properties: { evictionPolicy: "NoEviction", deferUpgrade: null } };
    expect(await call("PATCH", database, { body })).toMatchObject({
      status: 200,
      body: { properties: { evictionPolicy: "NoEviction", clientProtocol: "Plaintext", deferUpgrade: "NotDeferred" } },
    });
  });

  test("returns 202 without a body for a PATCH in progress, and the database as its result", async () => {
    const { putDatabase, call, database, clock, follow } = await startDatabaseServer(azure);
    await putDatabase();
    await clock.advance(createMs);
    const { status, text, headers } = await call("PATCH", database, {
      body: { properties: { deferUpgrade: "Deferred" } },
    });
    expect({ status, text }).toEqual({ status: 202, text: "" });
    expect(headers["azure-asyncoperation"]).toContain("/operationsStatus/");
    expect(await call("GET", database)).toMatchObject({ body: { properties: { provisioningState: "Updating" } } });
    await clock.advance(updateMs);
    expect(await follow(headers["location"])).toMatchObject({
      status: 200,
      body: { properties: { deferUpgrade: "Deferred", provisioningState: "Succeeded" } },
    });
  });

  test("merges the persistence of a PATCH with the stored one", async () => {
    const { putDatabase, call, database } = await startDatabaseServer();
    await putDatabase({ persistence: { rdbEnabled: true, rdbFrequency: "12h" } });
    const faster = { properties: { persistence: { rdbFrequency: "1h" } } };
    expect(await call("PATCH", database, { body: faster })).toMatchObject({
      body: { properties: { persistence: { rdbEnabled: true, rdbFrequency: "1h" } } },
    });
    const both = { properties: { persistence: { aofEnabled: true } } };
    expect(await call("PATCH", database, { body: both })).toMatchObject({
      status: 400,
      body: {
        error: { code: "BadRequest", message: stamped("At most one of AOF and RDB persistence can be enabled.") },
      },
    });
    const none = { properties: { persistence: null } };
    const { body } = await call("PATCH", database, { body: none });
    expect(body).not.toHaveProperty("properties.persistence");
  });

  test("returns 404 for a PATCH of a missing database", async () => {
    const { call, database } = await startDatabaseServer();
    expect(await call("PATCH", database, { body: {} })).toMatchObject({
      status: 404,
      body: { error: { code: "ResourceNotFound", message: expect.stringContaining("could not be found") } },
    });
  });
});
