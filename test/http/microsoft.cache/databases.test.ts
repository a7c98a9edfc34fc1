import { describe, expect, test } from "vitest";
import { latestVersion, startDatabaseServer } from "../../support/database-server.ts";
import { stamped } from "../../support/stamped.ts";

const managedDefaults = {
  clientProtocol: "Encrypted",
  port: 10_000,
  provisioningState: "Succeeded",
  resourceState: "Running",
  clusteringPolicy: "OSSCluster",
  evictionPolicy: "VolatileLRU",
  deferUpgrade: "NotDeferred",
  redisVersion: "7.4",
  accessKeysAuthentication: "Disabled",
};
const azure = { timing: { kind: "azure" } } as const;
const notFound = { code: "ResourceNotFound", message: expect.stringContaining("could not be found"), target: null };

describe("creating a database", () => {
  test("returns 201 with every default, already Succeeded under --timing instant", async () => {
    const { putDatabase, database } = await startDatabaseServer();
    const { status, body, headers } = await putDatabase();
    expect(status).toBe(201);
    expect(body).toEqual({
      name: "default",
      id: database,
      type: "Microsoft.Cache/redisEnterprise/databases",
      properties: managedDefaults,
    });
    expect(headers).toMatchObject({ "x-go-azure-sdk-skip-polling-delay": "true" });
    expect(headers).not.toHaveProperty("azure-asyncoperation");
    expect(headers).not.toHaveProperty("location");
  });

  test("returns a database's properties in the recorded order", async () => {
    const { putDatabase } = await startDatabaseServer();
    const { text } = await putDatabase({ persistence: {}, modules: [{ name: "RedisJSON" }] });
    const names = [...text.matchAll(/^ {4}"(\w+)"/gm)].map(([, name]) => name);
    expect(names).toEqual([
      "clientProtocol",
      "port",
      "provisioningState",
      "resourceState",
      "clusteringPolicy",
      "evictionPolicy",
      "modules",
      "persistence",
      "deferUpgrade",
      "redisVersion",
      "accessKeysAuthentication",
    ]);
  });

  test("shows a database as Creating for seven seconds, and can be followed in both ways", async () => {
    const { putDatabase, call, database, follow, clock } = await startDatabaseServer(azure);
    const { status, body, headers } = await putDatabase();
    expect(status).toBe(201);
    expect(body).toMatchObject({ properties: { provisioningState: "Creating", resourceState: "Creating" } });
    expect(headers["azure-asyncoperation"]).toMatch(
      /\/locations\/East%20US\/operationsStatus\/[\da-f-]{36}\?api-version=/,
    );
    expect(headers["location"]).toMatch(/\/databases\/default\/operationresults\/[\da-f-]{36}\?api-version=/);
    expect(await follow(headers["azure-asyncoperation"])).toMatchObject({ status: 200, body: { status: "Pending" } });
    expect(await follow(headers["location"])).toMatchObject({ status: 202, text: "" });
    await clock.advance(6_999);
    expect(await call("GET", database)).toMatchObject({ body: { properties: { resourceState: "Creating" } } });
    await clock.advance(1);
    expect(await call("GET", database)).toMatchObject({ status: 200, body: { properties: managedDefaults } });
    expect(await follow(headers["azure-asyncoperation"])).toMatchObject({ body: { status: "Succeeded" } });
    expect(await follow(headers["location"])).toMatchObject({ status: 200, body: { properties: managedDefaults } });
  });

  test("has access keys on by default before 2025-07-01, and off from then on", async () => {
    const { putDatabase, call, database } = await startDatabaseServer();
    expect(await putDatabase({}, "2025-04-01")).toMatchObject({
      body: { properties: { accessKeysAuthentication: "Enabled" } },
    });
    await call("DELETE", database);
    expect(await putDatabase({}, "2025-07-01")).toMatchObject({
      body: { properties: { accessKeysAuthentication: "Disabled" } },
    });
  });

  test("shows Redis 6.0 for a database on a cluster of the old kind", async () => {
    const { putDatabase, changeCluster } = await startDatabaseServer();
    await changeCluster({ kind: "v1", sku: { name: "Enterprise_E10", capacity: 2 } });
    expect(await putDatabase()).toMatchObject({ status: 201, body: { properties: { redisVersion: "6.0" } } });
  });

  test("creates a database without properties", async () => {
    const { call, database } = await startDatabaseServer();
    expect(await call("PUT", database, { body: {} })).toMatchObject({
      status: 201,
      body: { properties: managedDefaults },
    });
  });

  test("reads null as left out", async () => {
    const { putDatabase } = await startDatabaseServer();
    const names = ["clientProtocol", "port", "clusteringPolicy", "evictionPolicy", "persistence", "modules"];
    const others = ["geoReplication", "deferUpgrade", "accessKeysAuthentication"];
    const nothing = Object.fromEntries([...names, ...others].map((name) => [name, null]));
    const { status, body } = await putDatabase(nothing);
    expect({ status, body }).toMatchObject({ status: 201, body: { properties: managedDefaults } });
  });

  test("rewrites values to their published spelling", async () => {
    const { putDatabase } = await startDatabaseServer();
    const answer = await putDatabase({
      clientProtocol: "PLAINTEXT",
      evictionPolicy: "noeviction",
      modules: [{ name: "redisjson" }],
    });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        properties: { clientProtocol: "Plaintext", evictionPolicy: "NoEviction", modules: [{ name: "RedisJSON" }] },
      },
    });
  });

  test("ignores read-only properties", async () => {
    const { call, database } = await startDatabaseServer();
    const properties = { provisioningState: "Deleting", resourceState: "Moving", redisVersion: "1.0" };
    const body = { id: "/x", name: "y", type: "z", properties };
    expect(await call("PUT", database, { body })).toMatchObject({
      status: 201,
      body: { id: database, name: "default", properties: managedDefaults },
    });
  });

  test.each([
    ["2025-07-01", "db1"],
    ["2025-07-01", "a--b"],
    ["2024-06-01-preview", "a-b"],
    ["2021-03-01", "a--b"],
  ])("refuses at %s a database named %s", async (apiVersion, name) => {
    const { call, cluster } = await startDatabaseServer();
    expect(await call("PUT", `${cluster}/databases/${name}`, { apiVersion, body: {} })).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "BadRequest",
          message: stamped(
            "You can currently only create or update a single RedisEnterprise database which must be named 'default'.",
          ),
          target: null,
        },
      },
    });
  });

  test("accepts a database's name in any case, and returns it in lower case", async () => {
    const { call, cluster, database } = await startDatabaseServer();
    const answer = await call("PUT", `${cluster}/databases/DEFAULT`, { body: {} });
    expect(answer).toMatchObject({ status: 201, body: { id: database, name: "default" } });
  });

  test("refuses a database while its cluster is busy", async () => {
    const { putDatabase, changeCluster, call, database, cluster } = await startDatabaseServer();
    await changeCluster({ provisioningState: "Updating" });
    const { status, body } = await putDatabase();
    expect({ status, body }).toMatchObject({ status: 409, body: { error: { code: "Conflict", target: null } } });
    expect(body).toMatchObject({ error: { message: expect.stringContaining(`The resource '${cluster}' is busy`) } });
    expect(await call("GET", database)).toMatchObject({ status: 404 });
  });

  test("returns ARM's own error for a database of a missing cluster", async () => {
    const { call, cluster } = await startDatabaseServer();
    const missing = cluster.replace("cache1", "cache2");
    const message =
      "Failed to perform 'write' on resource(s) of type 'redisEnterprise/databases', " +
      `because the parent resource '${missing}' could not be found.`;
    expect(await call("PUT", `${missing}/databases/default`, { body: {} })).toMatchObject({
      status: 404,
      body: { error: { code: "ParentResourceNotFound", message } },
    });
  });

  test("refuses a PUT of a database without a body", async () => {
    const { call, database } = await startDatabaseServer();
    expect(await call("PUT", database)).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidRequestContent" } },
    });
  });
});

describe("reading databases", () => {
  test("returns the provider's 404 for a missing database", async () => {
    const { call, database, cluster } = await startDatabaseServer();
    expect(await call("GET", database)).toMatchObject({ status: 404, body: { error: notFound } });
    expect(await call("GET", `${cluster}/databases/db1`)).toMatchObject({ status: 404, body: { error: notFound } });
  });

  test("lists no database, then one, without a next link", async () => {
    const { call, cluster, putDatabase } = await startDatabaseServer();
    expect(await call("GET", `${cluster}/databases`)).toMatchObject({ status: 200, body: { value: [] } });
    const { body } = await putDatabase();
    expect(await call("GET", `${cluster}/databases`)).toMatchObject({ status: 200, body: { value: [body] } });
  });
});

describe("deleting a database", () => {
  test("returns 200 without a body for a DELETE that is done at once, and 204 for a missing database", async () => {
    const { call, putDatabase, database } = await startDatabaseServer();
    await putDatabase();
    expect(await call("DELETE", database)).toMatchObject({ status: 200, text: "" });
    expect(await call("GET", database)).toMatchObject({ status: 404, body: { error: notFound } });
    expect(await call("DELETE", database)).toMatchObject({ status: 204, text: "" });
  });

  test("deletes in ten seconds in Azure: 202 with the database as body, which reads Deleting until it is removed", async () => {
    const { call, putDatabase, database, clock, follow } = await startDatabaseServer(azure);
    await putDatabase();
    await clock.advance(7_000);
    const { status, body, headers } = await call("DELETE", database);
    expect(status).toBe(202);
    expect(body).toMatchObject({
      id: database,
      properties: { provisioningState: "Deleting", resourceState: "Deleting", redisVersion: "7.4" },
    });
    await clock.advance(9_999);
    expect(await call("GET", database)).toMatchObject({ status: 200, body });
    await clock.advance(1);
    expect(await call("GET", database)).toMatchObject({ status: 404 });
    expect(await follow(headers["location"])).toMatchObject({ status: 204, text: "" });
  });

  test("deletes a database's access policy assignments with it", async () => {
    const { call, putDatabase, database } = await startDatabaseServer();
    const assignment = `${database}/accessPolicyAssignments/app1`;
    const user = { objectId: "6497c918-11ad-41e7-1b0f-7c518a87d0b0" };
    await putDatabase();
    await call("PUT", assignment, { body: { properties: { accessPolicyName: "default", user } } });
    await call("DELETE", database);
    await putDatabase();
    expect(await call("GET", assignment)).toMatchObject({ status: 404 });
  });

  test("refuses to delete a database while it is busy", async () => {
    const { call, putDatabase, database } = await startDatabaseServer(azure);
    await putDatabase();
    expect(await call("DELETE", database)).toMatchObject({
      status: 409,
      body: { error: { code: "Conflict", message: expect.stringContaining(`The resource '${database}' is busy`) } },
    });
  });
});

test("shows nothing of databases to a caller without access", async () => {
  const { request, database } = await startDatabaseServer();
  const url = `${database}?api-version=${latestVersion}`;
  const answer = await request("GET", url, undefined, { authorization: "Bearer guest" });
  expect(answer).toMatchObject({ status: 403, body: { error: { code: "AuthorizationFailed" } } });
});
