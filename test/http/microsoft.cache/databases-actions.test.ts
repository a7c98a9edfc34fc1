import { describe, expect, test } from "vitest";
import type { DatabaseDataPlane } from "../../../src/providers/microsoft.cache/data-plane.ts";
import { OperationFailure } from "../../../src/operations/operation-kind.ts";
import { findOperation } from "../../../src/store/operations.ts";
import { startDatabaseServer, type DatabaseServer } from "../../support/database-server.ts";
import { notServed } from "../../support/not-served.ts";
import { stamped } from "../../support/stamped.ts";

const azure = { timing: { kind: "azure" } } as const;
const sasUri = "https://account.blob.core.windows.net/dumps/a.rdb?sig=very-secret";
const other = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Cache/redisEnterprise/c2/databases/default";
const notRunning = "The database has no Redis server to do this with, because the data plane is not running.";

/** A data plane that records what it is asked to do. */
function notingDataPlane(fail?: Error): DatabaseDataPlane & { readonly done: unknown[][] } {
  const done: unknown[][] = [];
  const note = async (...what: unknown[]): Promise<void> => {
    done.push(what);
    if (fail !== undefined) throw fail;
  };
  return {
    done,
    redisVersion: () => "7.0",
    trouble: () => undefined,
    installedVersion: async () => "7.0",
    applied: async () => undefined,
    started: async () => undefined,
    upgrade: (id) => note("upgrade", id),
    checkModules: async () => [],
    checkAccessString: async () => undefined,
    dumpRefusal: async () => undefined,
    flush: (id) => note("flush", id),
    importData: (id, uris) => note("import", id, uris),
    exportData: (id, uri) => note("export", id, uri),
  };
}

const actions = [
  { action: "flush", body: {}, done: (id: string) => ["flush", id], azureMs: 5_000 },
  { action: "import", body: { sasUris: [sasUri] }, done: (id: string) => ["import", id, [sasUri]], azureMs: 30_000 },
  { action: "export", body: { sasUri }, done: (id: string) => ["export", id, sasUri], azureMs: 30_000 },
];

describe.each(actions)("$action", ({ action, body, done, azureMs }) => {
  test(`refuses ${action} without a data plane, and changes nothing`, async () => {
    const { call, database, putDatabase } = await startDatabaseServer(azure);
    const { body: before } = await putDatabase();
    expect(await call("POST", `${database}/${action}`, { body })).toMatchObject({ status: 409 });
    expect(await call("GET", database)).toMatchObject({ body: before });
  });

  test(`names the missing data plane in the refusal of ${action}`, async () => {
    const { call, database, putDatabase } = await startDatabaseServer();
    const { body: before } = await putDatabase();
    expect(await call("POST", `${database}/${action}`, { body })).toMatchObject({
      status: 400,
      body: { error: { code: "OperationNotAllowed", message: stamped(notRunning) } },
    });
    expect(await call("GET", database)).toMatchObject({ body: before });
  });

  test(`has the data plane ${action} after Azure's time, and leaves the database running`, async () => {
    const dataPlane = notingDataPlane();
    const { call, database, putDatabase, clock, follow } = await startDatabaseServer({ ...azure, dataPlane });
    await putDatabase();
    await clock.advance(7_000);
    const { status, text, headers } = await call("POST", `${database}/${action}`, { body });
    expect({ status, text }).toEqual({ status: 202, text: "" });
    expect(await call("GET", database)).toMatchObject({ body: { properties: { resourceState: "Updating" } } });
    expect(await call("POST", `${database}/${action}`, { body })).toMatchObject({ status: 409 });
    await clock.advance(azureMs);
    expect(dataPlane.done).toEqual([done(database)]);
    expect(await call("GET", database)).toMatchObject({ body: { properties: { resourceState: "Running" } } });
    expect(await follow(headers["azure-asyncoperation"])).toMatchObject({ body: { status: "Succeeded" } });
    expect(await follow(headers["location"])).toMatchObject({ status: 200, text: "" });
  });

  test(`reports in the operation why ${action} failed, and leaves the database running`, async () => {
    const dataPlane = notingDataPlane(
      new OperationFailure({ code: "BlobNotFound", message: "There is no such blob." }),
    );
    const { call, database, putDatabase, clock, follow } = await startDatabaseServer({ dataPlane });
    await putDatabase();
    const { headers } = await call("POST", `${database}/${action}`, { body });
    await clock.advance(0);
    expect(await follow(headers["azure-asyncoperation"])).toMatchObject({
      body: { status: "Failed", error: { code: "BlobNotFound", message: "There is no such blob." } },
    });
    expect(await call("GET", database)).toMatchObject({ body: { properties: { provisioningState: "Succeeded" } } });
  });

  test(`refuses ${action} without a database`, async () => {
    const { call, database } = await startDatabaseServer();
    expect(await call("POST", `${database}/${action}`, { body })).toMatchObject({
      status: 404,
      body: { error: { code: "ResourceNotFound", message: expect.stringContaining("could not be found") } },
    });
  });
});

describe("the body of an action", () => {
  const refusal = async (action: string, body: unknown, apiVersion = "2025-07-01") => {
    const { call, database, putDatabase } = await startDatabaseServer();
    await putDatabase();
    return call("POST", `${database}/${action}`, { body, apiVersion });
  };

  test.each([
    ["import", { sasUris: [sasUri, "ftp://x/?sig=very-secret"] }, "sasUris[1]"],
    ["import", { sasUris: ["not-a-url-but-very-secret"] }, "sasUris[0]"],
    ["import", { sasUris: sasUri }, "sasUris"],
    ["import", { sasUris: [] }, "sasUris"],
    ["export", { sasUri: "very-secret" }, "sasUri"],
    ["export", { sasUri: [sasUri] }, "sasUri"],
  ])("refuses a body of %s without repeating the secret: %j", async (action, body, target) => {
    const answer = await refusal(action, body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "InvalidRequestContent", target: null } } });
    expect(answer.body).toMatchObject({
      error: { message: expect.stringContaining(`The value (not shown) of property '${target}'`) },
    });
    expect(answer.text).not.toContain("secret");
  });

  test("imports from several URLs, and from one in versions before 2021-08-01", async () => {
    const refused = { status: 400, body: { error: { code: "OperationNotAllowed", message: stamped(notRunning) } } };
    expect(await refusal("import", { sasUri }, "2021-03-01")).toMatchObject(refused);
    expect(await refusal("import", { sasUris: [sasUri] }, "2021-08-01")).toMatchObject(refused);
    expect(await refusal("import", { sasUri }, "2021-08-01")).toMatchObject({
      status: 400,
      body: {
        error: { code: "InvalidRequestContent", message: stamped("The property 'sasUris' is required."), target: null },
      },
    });
  });

  test("accepts a flush without a body since 2025-05-01-preview", async () => {
    expect(await refusal("flush", undefined)).toMatchObject({ body: { error: { code: "OperationNotAllowed" } } });
    expect(await refusal("flush", undefined, "2025-04-01")).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "InvalidRequestContent",
          message: "The request content is missing; a JSON object is required.",
        },
      },
    });
  });

  test("refuses to flush databases that are not in the group", async () => {
    const answer = await refusal("flush", { ids: [other] });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "BadRequest", target: null } } });
    expect(answer.body).toMatchObject({
      error: { message: expect.stringContaining(`The database '${other}' is not linked with '/subscriptions/`) },
    });
  });
});

describe("a URL that the data plane refuses", () => {
  const why = "is a file: URL; the setting --dump-folder allows none.";
  const picky = (): DatabaseDataPlane => ({
    ...notingDataPlane(),
    dumpRefusal: async (uri, use) => (uri.startsWith("file:") ? `${why} (${use})` : undefined),
  });

  test.each([
    ["import", { sasUris: [sasUri, "file:///etc/very-secret"] }, "sasUris[1]"],
    ["export", { sasUri: "file:///etc/very-secret" }, "sasUri"],
  ])("refuses %s with a URL that the data plane refuses, and changes nothing", async (action, body, target) => {
    const { call, database, putDatabase } = await startDatabaseServer({ dataPlane: picky() });
    const { body: before } = await putDatabase();
    const answer = await call("POST", `${database}/${action}`, { body });
    const message = `The URL in property '${target}' ${why} (${action})`;
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "BadRequest", message: stamped(message) } } });
    expect(answer.text).not.toContain("very-secret");
    expect(await call("GET", database)).toMatchObject({ body: before });
  });

  test.each(["file:relative", "file://host/a.rdb", "file:/a.rdb"])(
    "refuses a URL that is not absolute: %s",
    async (uri) => {
      const { call, database, putDatabase } = await startDatabaseServer({ dataPlane: picky() });
      await putDatabase();
      expect(await call("POST", `${database}/export`, { body: { sasUri: uri } })).toMatchObject({
        status: 400,
        body: { error: { code: "InvalidRequestContent", message: expect.stringContaining("of property 'sasUri'") } },
      });
    },
  );
});

describe("a shared access signature", () => {
  const kept = async ({ store }: DatabaseServer, operationUrl: string | undefined): Promise<string> =>
    JSON.stringify(await findOperation(store, operationIdPattern.exec(operationUrl ?? "")?.[0] ?? ""));
  const operationIdPattern = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?=\?)/;

  test.each([
    ["import", { sasUris: [sasUri] }],
    ["export", { sasUri }],
  ])("keeps a shared access signature while an %s is in progress, and forgets it at its end", async (action, body) => {
    for (const failure of [undefined, new OperationFailure({ code: "BlobNotFound", message: "No blob." })]) {
      const server = await startDatabaseServer({ ...azure, dataPlane: notingDataPlane(failure) });
      await server.putDatabase();
      await server.clock.advance(7_000);
      const { headers } = await server.call("POST", `${server.database}/${action}`, { body });
      const url = headers["azure-asyncoperation"];
      expect(await kept(server, url)).toContain("very-secret");
      await server.clock.advance(30_000);
      expect(await kept(server, url)).toContain(failure === undefined ? '"Succeeded"' : '"Failed"');
      expect(await kept(server, url)).not.toContain("very-secret");
    }
  });

  test("forgets a shared access signature when its operation is canceled", async () => {
    const server = await startDatabaseServer({ ...azure, dataPlane: notingDataPlane() });
    await server.putDatabase();
    await server.clock.advance(7_000);
    const { headers } = await server.call("POST", `${server.database}/export`, { body: { sasUri } });
    await server.store.write((tx) => server.operations.cancelAll(tx, server.database));
    expect(await kept(server, headers["azure-asyncoperation"])).toContain('"Canceled"');
    expect(await kept(server, headers["azure-asyncoperation"])).not.toContain("very-secret");
  });
});

describe("upgradeDBRedisVersion", () => {
  const onOldCluster = async (options: Parameters<typeof startDatabaseServer>[0] = {}): Promise<DatabaseServer> => {
    const server = await startDatabaseServer(options);
    await server.changeCluster({ kind: "v1", sku: { name: "Enterprise_E10", capacity: 2 } });
    await server.putDatabase();
    await server.clock.advance(7_000);
    return server;
  };

  test("upgrades a database to the newest version in four minutes", async () => {
    const { call, database, clock, follow } = await onOldCluster(azure);
    const { status, headers } = await call("POST", `${database}/upgradeDBRedisVersion`);
    expect(status).toBe(202);
    await clock.advance(239_999);
    expect(await call("GET", database)).toMatchObject({
      body: { properties: { redisVersion: "6.0", resourceState: "Updating" } },
    });
    await clock.advance(1);
    expect(await call("GET", database)).toMatchObject({
      body: { properties: { redisVersion: "7.2", resourceState: "Running" } },
    });
    expect(await follow(headers["location"])).toMatchObject({ status: 200, text: "" });
  });

  test("returns 202 for an upgrade also under --timing instant, and finishes it right after", async () => {
    const { call, database, clock } = await onOldCluster();
    const { status, headers } = await call("POST", `${database}/upgradeDBRedisVersion`);
    expect(status).toBe(202);
    expect(headers["location"]).toContain("/operationresults/");
    await clock.advance(0);
    expect(await call("GET", database)).toMatchObject({ body: { properties: { redisVersion: "7.2" } } });
  });

  test("refuses to upgrade a database that is up to date", async () => {
    const { call, database, putDatabase } = await startDatabaseServer();
    await putDatabase();
    expect(await call("POST", `${database}/upgradeDBRedisVersion`)).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "OperationNotAllowed",
          message: stamped(`The database '${database}' already runs Redis 7.4, the newest version.`),
        },
      },
    });
  });
});

describe("geo-replication actions", () => {
  test("reports for every id of forceUnlink why it cannot be unlinked", async () => {
    const { call, database, putDatabase } = await startDatabaseServer();
    await putDatabase();
    const { status, body } = await call("POST", `${database}/forceUnlink`, { body: { ids: [other, database, "x"] } });
    expect(status).toBe(400);
    expect(body).toHaveProperty("error.details", [
      { code: "BadRequest", target: "ids[0]", message: `The database '${other}' is not linked with '${database}'.` },
      { code: "BadRequest", target: "ids[1]", message: `The database '${database}' cannot be unlinked from itself.` },
      {
        code: "BadRequest",
        target: "ids[2]",
        message: "The value 'x' of property 'ids[2]' is not the id of a database.",
      },
    ]);
  });

  test("refuses forceUnlink without ids or without a database", async () => {
    const { call, database } = await startDatabaseServer();
    expect(await call("POST", `${database}/forceUnlink`, { body: {} })).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidRequestContent", message: stamped("The property 'ids' is required.") } },
    });
    expect(await call("POST", `${database}/forceUnlink`, { body: { ids: [other] } })).toMatchObject({
      status: 404,
      body: { error: { code: "ResourceNotFound", message: expect.stringContaining("could not be found") } },
    });
  });

  const group = { groupNickname: "group", linkedDatabases: [{ id: other }] };

  test.each([
    ["2025-07-01", { geoReplication: group }, group, "The property 'geoReplication' is required."],
    ["2024-10-01", { geoReplication: group }, group, "The property 'geoReplication' is required."],
    ["2024-09-01-preview", group, { geoReplication: group }, "The request content has 2 errors."],
  ])(
    "refuses forceLinkToReplicationGroup at %s as not supported, after it has checked the body's shape",
    async (apiVersion, body, wrong, message) => {
      const { call, database, putDatabase } = await startDatabaseServer();
      await putDatabase();
      const url = `${database}/forceLinkToReplicationGroup`;
      expect(await call("POST", url, { apiVersion, body })).toMatchObject({
        status: 400,
        body: {
          error: {
            code: "OperationNotAllowed",
            message: stamped(
              "Linking with a geo-replication group is not supported by Cuprite; see docs/differences-from-azure.md.",
            ),
          },
        },
      });
      expect(await call("POST", url, { apiVersion, body: wrong })).toMatchObject({
        status: 400,
        body: { error: { code: "InvalidRequestContent", message: stamped(message) } },
      });
    },
  );
});

test.each([
  ["flush", "2022-01-01"],
  ["forceUnlink", "2021-08-01"],
  ["forceLinkToReplicationGroup", "2024-02-01"],
  ["upgradeDBRedisVersion", "2024-10-01"],
])("has no %s at %s", async (action, apiVersion) => {
  const { call, database } = await startDatabaseServer();
  const type = "Microsoft.Cache/redisEnterprise/databases";
  expect(await call("POST", `${database}/${action}`, { apiVersion, body: {} })).toMatchObject({
    status: 404,
    body: {
      error: {
        code: "ResourceActionNotFound",
        message: `The action '${action}' could not be found on resource type '${type}' for api version '${apiVersion}'. ${notServed}`,
      },
    },
  });
});
