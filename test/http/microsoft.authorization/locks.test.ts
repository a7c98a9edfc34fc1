import { beforeEach, describe, expect, test } from "vitest";
import { listActivities } from "../../support/list-activities.ts";
import {
  assign,
  assignmentBody,
  assignmentId,
  deniedMessage,
  errorOf,
  requestAs,
} from "../../support/authorization.ts";
import { startCacheServer, type CacheServer } from "../../support/cache-server.ts";
import { clusterRequest } from "../../support/cluster-bodies.ts";
import { requestConnection } from "../../support/connections.ts";

const cache = "api-version=2025-07-01";

let server: CacheServer;
let cluster: string;
beforeEach(async () => {
  server = await startCacheServer();
  await server.send("PUT", "cache1", clusterRequest);
  cluster = server.idOf("cache1");
});

const asOwner: ReturnType<typeof requestAs> = (...request) => requestAs(server, "owner")(...request);

const lockId = (scope: string, name = "l"): string => `${scope}/providers/Microsoft.Authorization/locks/${name}`;

const lock = (scope: string, level = "CanNotDelete", more: object = {}) =>
  asOwner("PUT", lockId(scope), { properties: { level, ...more } });

const lockedMessage = (scope: string, operation: string, ...locked: string[]): string =>
  `The scope '${scope}' cannot perform ${operation} operation because following scope(s) are locked: ` +
  `'${locked.join(",")}'. Please remove the lock and try again.`;

describe("a lock", () => {
  test("a lock is created, read, changed and deleted", async () => {
    const made = await lock(server.group, "cannotdelete");
    const id = lockId(server.group);
    const body = { properties: { level: "CanNotDelete" }, id, type: "Microsoft.Authorization/locks", name: "l" };
    expect([made.status, made.body]).toEqual([201, body]);
    expect((await asOwner("GET", id)).body).toEqual(body);
    const changed = await lock(server.group, "ReadOnly", { notes: "Frozen" });
    expect([changed.status, changed.body]).toEqual([
      200,
      { ...body, properties: { level: "ReadOnly", notes: "Frozen" } },
    ]);
    const removed = await asOwner("DELETE", id);
    expect([removed.status, removed.text]).toEqual([200, ""]);
    expect((await asOwner("DELETE", id)).status).toBe(204);
    const missing = await asOwner("GET", id);
    expect([missing.status, errorOf(missing)]).toEqual([
      404,
      { code: "LockNotFound", message: "The lock 'l' could not be found." },
    ]);
  });

  test.each([
    [
      { level: "Nonsense" },
      "The value 'Nonsense' of property 'properties.level' is not valid. Allowed values: 'CanNotDelete', 'ReadOnly'",
    ],
    [{}, "The property 'properties.level' is required."],
  ])("a lock with %j is refused", async (properties, message) => {
    const answer = await asOwner("PUT", lockId(server.group), { properties });
    expect(answer.status).toBe(400);
    expect(errorOf(answer).code).toBe("InvalidRequestContent");
    expect(errorOf(answer).message).toContain(message);
  });

  test("a lock with an invalid name is refused", async () => {
    const answer = await asOwner("PUT", lockId(server.group, "a:b"), { properties: { level: "ReadOnly" } });
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      {
        code: "InvalidResourceName",
        message:
          "The lock name 'a:b' is not valid: it may have 260 characters at most, " +
          "and none of '<', '>', '%', '&', ':', '\\', '?', '/' or control characters.",
      },
    ]);
  });

  test("a lock exists only in a subscription", async () => {
    const answer = await lock("");
    expect([answer.status, errorOf(answer)]).toEqual([
      404,
      {
        code: "MissingSubscription",
        message: "The request did not have a subscription or a valid tenant level resource provider.",
      },
    ]);
  });

  test("a Contributor cannot create a lock", async () => {
    await assign(server, { scope: server.group, role: "Contributor", to: "alice" });
    const id = lockId(server.group);
    const answer = await requestAs(server, "alice")("PUT", id, { properties: { level: "ReadOnly" } });
    expect([answer.status, errorOf(answer).message]).toEqual([
      403,
      deniedMessage("alice", "Microsoft.Authorization/locks/write", id),
    ]);
    await assign(server, { scope: server.group, role: "User Access Administrator", to: "alice" });
    const made = await requestAs(server, "alice")("PUT", id, { properties: { level: "ReadOnly" } });
    expect(made.status).toBe(201);
  });
});

describe("a list of locks", () => {
  const namesAt = async (scope: string, filter = ""): Promise<string[]> => {
    const { body } = await asOwner("GET", `${scope}/providers/Microsoft.Authorization/locks?$filter=${filter}`);
    return (body as { value: { id: string }[] }).value.map(({ id }) => id);
  };

  test("a list of locks has those at the scope, above and below it, and with atScope() not those below", async () => {
    await server.addGroup("other");
    const scopes = [server.subscription, server.group, cluster];
    for (const scope of [...scopes, `${server.subscription}/resourceGroups/other`]) await lock(scope);
    expect((await namesAt(server.group)).toSorted()).toEqual(scopes.map((scope) => lockId(scope)).toSorted());
    expect(await namesAt(server.subscription)).toHaveLength(4);
    expect(await namesAt(server.subscription, "atScope()")).toEqual([lockId(server.subscription)]);
  });

  test("a list of locks takes no other filter", async () => {
    const answer = await asOwner(
      "GET",
      `${server.group}/providers/Microsoft.Authorization/locks?$filter=level%20eq%20'x'`,
    );
    expect([answer.status, errorOf(answer).code]).toEqual([400, "UnsupportedQuery"]);
  });
});

describe("CanNotDelete", () => {
  test("CanNotDelete on a resource forbids its deletion and nothing else", async () => {
    await lock(cluster);
    const refused = await server.send("DELETE", "cache1");
    expect([refused.status, refused.body]).toEqual([
      409,
      { error: { code: "ScopeLocked", message: lockedMessage(cluster, "delete", cluster) } },
    ]);
    expect((await server.send("PUT", "cache1", clusterRequest)).status).toBe(200);
    expect((await server.send("GET", "cache1")).status).toBe(200);
    await asOwner("DELETE", lockId(cluster));
    expect((await server.send("DELETE", "cache1")).status).toBe(200);
  });

  test("CanNotDelete is inherited, and the refusal names every locked scope", async () => {
    const connection = await requestConnection(server, { clusterId: cluster });
    await lock(server.subscription);
    await lock(server.group);
    const answer = await asOwner("DELETE", `${connection}?${cache}`);
    expect(errorOf(answer).message).toBe(lockedMessage(connection, "delete", server.subscription, server.group));
    expect((await asOwner("GET", `${connection}?${cache}`)).status).toBe(200);
  });

  test("CanNotDelete on a child forbids the deletion of everything above", async () => {
    const connection = await requestConnection(server, { clusterId: cluster });
    await lock(connection);
    for (const [id, version] of [
      [server.group, "2024-11-01"],
      [cluster, "2025-07-01"],
    ] as const) {
      const answer = await asOwner("DELETE", `${id}?api-version=${version}`);
      expect([answer.status, errorOf(answer).message]).toEqual([409, lockedMessage(id, "delete", connection)]);
    }
    expect((await server.send("GET", "cache1")).status).toBe(200);
  });

  test("CanNotDelete also refuses the deletion of what does not exist, because locks are checked first", async () => {
    await lock(server.group);
    expect((await server.send("DELETE", "none")).status).toBe(409);
  });

  test("CanNotDelete applies to role assignments", async () => {
    const id = await assign(server, { scope: server.group, role: "Reader", to: "alice" });
    await lock(server.group);
    expect(errorOf(await asOwner("DELETE", id)).code).toBe("ScopeLocked");
    expect((await asOwner("PUT", assignmentId(server.group, "x"), assignmentBody("Owner", "alice"))).status).toBe(201);
  });
});

describe("ReadOnly", () => {
  test("ReadOnly forbids writes, deletions and actions, and allows reads", async () => {
    const connection = await requestConnection(server, { clusterId: cluster });
    await lock(server.group, "ReadOnly");
    const requests = [
      ["PUT", cluster, clusterRequest],
      ["PATCH", cluster, { tags: {} }],
      ["PUT", server.idOf("new"), clusterRequest],
      ["PUT", connection, { properties: { privateLinkServiceConnectionState: { status: "Approved" } } }],
    ] as const;
    for (const [method, id, body] of requests) {
      const answer = await asOwner(method, `${id}?${cache}`, body);
      expect([answer.status, errorOf(answer).message]).toEqual([409, lockedMessage(id, "write", server.group)]);
    }
    const keys = await asOwner("POST", `${cluster}/databases/default/listKeys?${cache}`);
    expect(errorOf(keys).message).toBe(lockedMessage(`${cluster}/databases/default`, "write", server.group));
    expect((await server.send("DELETE", "cache1")).status).toBe(409);
    expect((await asOwner("GET", `${connection}?${cache}`)).body).toMatchObject({
      properties: { privateLinkServiceConnectionState: { status: "Pending" } },
    });
  });

  test("ReadOnly does not apply to locks or to access checks", async () => {
    await lock(server.subscription, "ReadOnly");
    expect((await lock(server.group, "ReadOnly")).status).toBe(201);
    const url = `${server.group}/providers/Microsoft.Authorization/checkAccess?api-version=2018-09-01-preview`;
    const body = { subject: { attributes: { objectId: "x" } }, actions: [] };
    expect((await asOwner("POST", url, body)).status).toBe(200);
    expect((await asOwner("DELETE", lockId(server.group))).status).toBe(200);
  });

  test("ReadOnly on a child does not forbid writes above it", async () => {
    const connection = await requestConnection(server, { clusterId: cluster });
    await lock(connection, "ReadOnly");
    expect((await server.send("PUT", "cache1", clusterRequest)).status).toBe(200);
  });

  test("ReadOnly is mentioned only to callers with the right to do what they asked", async () => {
    await lock(server.group, "ReadOnly");
    const answer = await requestAs(server, "alice")("PUT", `${cluster}?${cache}`, clusterRequest);
    expect(errorOf(answer).code).toBe("AuthorizationFailed");
  });

  test("a refusal by ReadOnly is in the activity log", async () => {
    await lock(server.group, "ReadOnly");
    await server.send("PUT", "cache1", { ...clusterRequest, tags: { a: "b" } });
    expect((await listActivities(server.store, cluster)).at(-1)).toMatchObject({
      action: "Microsoft.Cache/redisEnterprise/write",
      outcome: "Failed",
      detail: { status: 409, error: { code: "ScopeLocked" } },
    });
  });
});

test("a lock is deleted with its scope and does not apply to a new resource in its place", async () => {
  const slow = await startCacheServer({ timing: { kind: "fixed", durationMs: 1_000 } });
  await slow.send("PUT", "c", clusterRequest);
  await slow.clock.advance(2_000);
  const id = slow.idOf("c");
  await slow.send("DELETE", "c");
  const lateLock = { properties: { level: "CanNotDelete" } };
  expect((await requestAs(slow, "owner")("PUT", lockId(id), lateLock)).status).toBe(201);
  await slow.clock.advance(2_000);
  expect((await slow.send("GET", "c")).status).toBe(404);
  await slow.send("PUT", "c", clusterRequest);
  await slow.clock.advance(2_000);
  expect((await slow.send("DELETE", "c")).status).toBe(202);
});
