import { describe, expect, test } from "vitest";
import type { DatabaseDataPlane } from "../../../src/providers/microsoft.cache/data-plane.ts";
import { startDatabaseServer, type DatabaseServer } from "../../support/database-server.ts";
import { idleDataPlane } from "../../support/idle-data-plane.ts";
import { stamped } from "../../support/stamped.ts";

const azure = { timing: { kind: "azure" } } as const;
const apiVersion = "2026-05-01-preview";
const user = { objectId: "6497c918-11ad-41e7-1b0f-7c518a87d0b0" };
const unknown = "ERR Error in ACL SETUSER modifier '+@invalid-syntax': Unknown command or category name in ACL";

interface AssignmentServer extends DatabaseServer {
  readonly assignment: string;
  readonly put: (accessString?: string, version?: string) => ReturnType<DatabaseServer["call"]>;
  readonly get: (version?: string) => ReturnType<DatabaseServer["call"]>;
}

/** A server with a running database. */
async function start(options: Parameters<typeof startDatabaseServer>[0] = {}): Promise<AssignmentServer> {
  const server = await startDatabaseServer(options);
  await server.putDatabase();
  await server.clock.advance(7_000);
  const assignment = `${server.database}/accessPolicyAssignments/app1`;
  return {
    ...server,
    assignment,
    put: (accessString, version = apiVersion) =>
      server.call("PUT", assignment, {
        apiVersion: version,
        body: { properties: { accessPolicyName: "default", accessString, user } },
      }),
    get: (version = apiVersion) => server.call("GET", assignment, { apiVersion: version }),
  };
}

describe("access strings", () => {
  test("permits everything and needs no policy name when the access string is left out", async () => {
    const { call, assignment } = await start();
    expect(await call("PUT", assignment, { apiVersion, body: { properties: { user } } })).toMatchObject({
      status: 201,
      body: { properties: { accessPolicyName: "default", accessString: "+@all ~*", user } },
    });
  });

  test("shows the access string to versions that know it, and resets it at a write of one that does not", async () => {
    const { put, get } = await start();
    await put("+@read ~cache:*");
    expect((await get("2025-07-01")).body).not.toHaveProperty("properties.accessString");
    expect(await get("2026-09-01")).toMatchObject({ body: { properties: { accessString: "+@read ~cache:*" } } });
    expect((await put(undefined, "2025-07-01")).body).not.toHaveProperty("properties.accessString");
    expect(await get("2026-09-01")).toMatchObject({ body: { properties: { accessString: "+@all ~*" } } });
  });

  test("ignores any access string in a version that does not know it", async () => {
    const { put, get } = await start();
    expect(await put("+@invalid-syntax", "2025-07-01")).toMatchObject({
      status: 201,
      body: { properties: { provisioningState: "Succeeded" } },
    });
    expect(await get()).toMatchObject({ body: { properties: { accessString: "+@all ~*" } } });
  });

  test("leaves an assignment with a wrong access string failed, and shows the error in versions that publish it", async () => {
    const { put, get } = await start();
    const failed = {
      properties: {
        accessPolicyName: "default",
        accessString: "+@invalid-syntax",
        user,
        provisioningState: "Failed",
        provisioningError: { code: "InvalidAccessString", message: unknown, target: "properties.accessString" },
      },
    };
    expect(await put("+@invalid-syntax")).toMatchObject({ status: 201, body: failed });
    for (const version of ["2026-05-01-preview", "2026-06-01-preview", "2026-09-01", "2026-10-01-preview"]) {
      expect(await get(version)).toMatchObject({ status: 200, body: failed });
    }
    const { body } = await get("2026-02-01-preview");
    expect(body).toMatchObject({
      properties: { accessPolicyName: "default", user, provisioningState: "Failed" },
    });
    expect(body).not.toHaveProperty("properties.provisioningError");
  });

  test("accepts a correct access string after a wrong one", async () => {
    const { put } = await start();
    await put("+@invalid-syntax");
    const { status, body } = await put("+@read ~*");
    expect({ status, body }).toMatchObject({ status: 200, body: { properties: { provisioningState: "Succeeded" } } });
    expect(body).not.toHaveProperty("properties.provisioningError");
  });

  test("forgets a wrong access string at a write of a version that does not know it", async () => {
    const { put } = await start();
    await put("+@invalid-syntax");
    expect(await put(undefined, "2025-07-01")).toMatchObject({
      status: 200,
      body: { properties: { provisioningState: "Succeeded" } },
    });
  });

  test("refuses an access string on a database with modules, unless it permits everything", async () => {
    const { call, database } = await startDatabaseServer();
    const modules = [{ name: "RedisBloom" }];
    const body = { properties: { clientProtocol: "Encrypted", modules } };
    expect(await call("PUT", database, { apiVersion, body })).toMatchObject({ status: 201 });
    const put = (accessString: string) =>
      call("PUT", `${database}/accessPolicyAssignments/app1`, {
        apiVersion,
        body: { properties: { accessString, user } },
      });
    expect(await put("+@read ~*")).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "BadRequest",
          message: stamped(
            "The value '+@read ~*' of property 'properties.accessString' cannot be assigned on a database with modules, " +
              "where it must be '+@all ~*'.",
          ),
          target: null,
        },
      },
    });
    expect(await put("+@all ~*")).toMatchObject({ status: 201 });
  });

  test("fails the operation of a wrong access string after Azure's time, and shows no error before", async () => {
    const { put, get, clock, follow } = await start(azure);
    const { status, body, headers } = await put("+@invalid-syntax");
    expect({ status, body }).toMatchObject({ status: 201, body: { properties: { provisioningState: "Creating" } } });
    expect(body).not.toHaveProperty("properties.provisioningError");
    await clock.advance(10_000);
    expect(await follow(headers["azure-asyncoperation"])).toMatchObject({
      body: { status: "Failed", error: { code: "InvalidAccessString", message: unknown } },
    });
    expect(await get()).toMatchObject({
      body: { properties: { provisioningState: "Failed", provisioningError: { code: "InvalidAccessString" } } },
    });
  });
});

describe("access strings without a Redis", () => {
  test.each([
    "+@all ~*",
    "",
    "+@read ~cache:*",
    "-@all +get +SET +config|get ~a ~b %R~c %RW~d",
    "allcommands allkeys allchannels",
    "~* resetkeys ~a",
    "resetchannels &news nocommands",
    "+@READ  -ft.search",
  ])("accepts the access string '%s' without a Redis", async (accessString) => {
    const { put } = await start();
    expect(await put(accessString)).toMatchObject({
      status: 201,
      body: { properties: { accessString, provisioningState: "Succeeded" } },
    });
  });

  const superfluous = (part: string, what: string, list: string) =>
    `ERR Error in ACL SETUSER modifier '${part}': Adding a pattern after the * pattern (or the 'all${what}' flag) is not ` +
    `valid and does not have any effect. Try 'reset${what}' to start with an empty list of ${list}`;

  test.each([
    ["+@nosuch", "ERR Error in ACL SETUSER modifier '+@nosuch': Unknown command or category name in ACL"],
    ["+@read -a|", "ERR Error in ACL SETUSER modifier '-a|': Unknown command or category name in ACL"],
    ["read", "ERR Error in ACL SETUSER modifier 'read': Syntax error"],
    ["%X~a", "ERR Error in ACL SETUSER modifier '%X~a': Syntax error"],
    ["~* ~a", superfluous("~a", "keys", "patterns")],
    ["allkeys %R~a", superfluous("%R~a", "keys", "patterns")],
    ["&* &a", superfluous("&a", "channels", "channels")],
    ["+@all off", "ERR Error in ACL SETUSER modifier 'off': Syntax error"],
    ["nopass", "ERR Error in ACL SETUSER modifier 'nopass': Syntax error"],
    ["+@all >very-secret", "ERR Error in ACL SETUSER modifier '>…': Syntax error"],
    ["(+get ~a)", "ERR Error in ACL SETUSER modifier '(+get': Syntax error"],
    ["reset", "ERR Error in ACL SETUSER modifier 'reset': Syntax error"],
  ])("refuses the access string '%s' without a Redis", async (accessString, message) => {
    const { put } = await start();
    expect(await put(accessString)).toMatchObject({
      body: {
        properties: { provisioningState: "Failed", provisioningError: { code: "InvalidAccessString", message } },
      },
    });
  });
});

test("lets a Redis that can be asked decide on an access string", async () => {
  const asked: string[][] = [];
  const dataPlane: DatabaseDataPlane = {
    ...idleDataPlane,
    checkAccessString: async (id, accessString) => {
      asked.push([id, accessString]);
      return { problem: accessString.includes("bad") ? "It says no." : undefined };
    },
  };
  const { put, database } = await start({ dataPlane });
  expect(await put("+bad ~*")).toMatchObject({
    body: { properties: { provisioningError: { message: "It says no." } } },
  });
  expect(await put("+@json ~*")).toMatchObject({ body: { properties: { provisioningState: "Succeeded" } } });
  expect(asked).toEqual([
    [database, "+bad ~*"],
    [database, "+@json ~*"],
  ]);
});
