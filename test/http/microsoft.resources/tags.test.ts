import { beforeEach, describe, expect, test } from "vitest";
import { assign, addRole, requestAs } from "../../support/authorization.ts";
import { networkVersion, startNetworkServer, type NetworkServer } from "../../support/network-server.ts";

let server: NetworkServer;
beforeEach(async () => {
  server = await startNetworkServer();
});

const tagsOf = (scope: string): string => `${scope}/providers/Microsoft.Resources/tags/default`;

const send = (method: "GET" | "PUT" | "PATCH" | "DELETE", scope: string, body?: object) =>
  server.request(method, `${tagsOf(scope)}?api-version=2021-04-01`, body);

const put = (scope: string, tags: object) => send("PUT", scope, { properties: { tags } });

const patch = (scope: string, operation: string, tags: object) =>
  send("PATCH", scope, { operation, properties: { tags } });

const answer = (scope: string, tags: object) => ({
  status: 200,
  body: { id: tagsOf(scope), name: "default", type: "Microsoft.Resources/tags", properties: { tags } },
});

const read = async (scope: string, version: string): Promise<{ tags?: object; etag?: string }> =>
  (await server.request("GET", `${scope}?api-version=${version}`)).body as { tags?: object; etag?: string };

test.each([
  ["a subscription", () => server.subscription, "2022-12-01"],
  ["a resource group", () => server.group, "2024-11-01"],
  ["a cluster", () => server.cluster, "2025-07-01"],
  ["a virtual network", () => server.vnet, networkVersion],
] as const)(
  "the tags of %s are put, read, merged, replaced, and deleted one by one and together",
  async (_title, of, version) => {
    const scope = of();
    expect(await send("GET", scope)).toMatchObject(answer(scope, {}));
    expect(await put(scope, { Env: "prod", team: "a" })).toMatchObject(answer(scope, { Env: "prod", team: "a" }));
    expect((await read(scope, version)).tags).toEqual({ Env: "prod", team: "a" });
    expect(await patch(scope, "merge", { ENV: "test", cost: "1" })).toMatchObject(
      answer(scope, { Env: "test", team: "a", cost: "1" }),
    );
    expect(await patch(scope, "Delete", { TEAM: "b", cost: "", env: "test" })).toMatchObject(
      answer(scope, { team: "a" }),
    );
    expect((await read(scope, version)).tags).toEqual({ team: "a" });
    expect(await patch(scope, "Replace", { only: "this" })).toMatchObject(answer(scope, { only: "this" }));
    expect(await send("GET", scope)).toMatchObject(answer(scope, { only: "this" }));
    expect(await send("DELETE", scope)).toMatchObject({ status: 200, text: "" });
    expect(await send("GET", scope)).toMatchObject(answer(scope, {}));
    expect((await read(scope, version)).tags ?? {}).toEqual({});
  },
);

test("written tags change the resource's etag, its place in filtered lists and the activity log", async () => {
  const before = await read(server.vnet, networkVersion);
  await put(server.vnet, { Env: "prod" });
  const after = await read(server.vnet, networkVersion);
  expect(after.etag).not.toBe(before.etag);
  const filter = encodeURIComponent("tagName eq 'env' and tagValue eq 'prod'");
  const list = await server.request("GET", `${server.subscription}/resources?$filter=${filter}&api-version=2024-11-01`);
  expect(list.body).toMatchObject({ value: [{ id: server.vnet, tags: { Env: "prod" } }] });
  const since = encodeURIComponent(`eventTimestamp ge '${new Date(server.clock.nowMs() - 60_000).toISOString()}'`);
  const log = await server.request(
    "GET",
    `${server.subscription}/providers/Microsoft.Insights/eventtypes/management/values?$filter=${since}&api-version=2015-04-01`,
  );
  expect(log.text).toContain("Microsoft.Resources/tags/write");
});

describe("tags that are refused", () => {
  test("the 51st tag is refused, by PUT and by merging", async () => {
    const many = (count: number, prefix: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, "v"]));
    const tooMany = {
      status: 400,
      body: {
        error: { code: "TooManyTags", message: "The number of tags '51' exceeds the maximum of '50'.", target: "tags" },
      },
    };
    expect(await put(server.group, many(51, "a"))).toMatchObject(tooMany);
    expect((await put(server.group, many(50, "a"))).status).toBe(200);
    expect(await patch(server.group, "Merge", { another: "v" })).toMatchObject(tooMany);
    expect((await patch(server.group, "Merge", { A1: "w" })).status).toBe(200);
  });

  test.each([
    [{ operation: "Add", properties: { tags: {} } }, "operation"],
    [{ properties: { tags: {} } }, "operation"],
    [{ operation: "Merge" }, "properties"],
    [{ operation: "Merge", properties: { tags: { a: 1 } } }, "properties.tags.a"],
  ])("the patch %j is refused, by the property %s", async (body, target) => {
    expect(await send("PATCH", server.group, body)).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidRequestContent", target } },
    });
  });

  test("tags of a missing scope, of a type without tags, and under another name than default are refused", async () => {
    const missing = `${server.group}/providers/Microsoft.Cache/redisEnterprise/none`;
    expect(await put(missing, {})).toMatchObject({
      status: 404,
      body: {
        error: {
          code: "ResourceNotFound",
          message: expect.stringContaining("'Microsoft.Cache/redisEnterprise/none' under resource group 'rg1'"),
        },
      },
    });
    expect(await put(server.subnet, { a: "b" })).toMatchObject({
      status: 400,
      body: {
        error: { code: "BadRequest", message: `The resource '${server.subnet}' is of a type that has no tags.` },
      },
    });
    expect(await send("GET", server.subnet)).toMatchObject(answer(server.subnet, {}));
    const other = `${server.group}/providers/Microsoft.Resources/tags/other?api-version=2021-04-01`;
    expect(await server.request("GET", other)).toMatchObject({
      status: 400,
      body: {
        error: { code: "InvalidResourceName", message: "The tags of a scope are called 'default', and not 'other'." },
      },
    });
  });

  test("tags of a locked scope, and of a caller without the right to write tags, are refused", async () => {
    const guest = requestAs(server, "guest");
    const body = { properties: { tags: { a: "b" } } };
    const write = () => guest("PUT", `${tagsOf(server.cluster)}?api-version=2021-04-01`, body);
    await assign(server, { scope: server.group, role: "Reader", to: "guest" });
    expect(await write()).toMatchObject({
      status: 403,
      body: {
        error: {
          code: "AuthorizationFailed",
          message: expect.stringContaining(
            `action 'Microsoft.Resources/tags/write' over scope '${tagsOf(server.cluster)}'`,
          ),
        },
      },
    });
    const role = await addRole(server, { name: "tagger", actions: ["Microsoft.Resources/tags/*"] });
    await assign(server, { scope: server.group, role, to: "guest" });
    expect((await write()).status).toBe(200);
    const lock = `${server.group}/providers/Microsoft.Authorization/locks/l?api-version=2020-05-01`;
    await server.request("PUT", lock, { properties: { level: "ReadOnly" } });
    expect(await write()).toMatchObject({ status: 409, body: { error: { code: "ScopeLocked" } } });
  });
});

test("tagNames lists the names and values in use, with counts", async () => {
  await put(server.group, { Env: "prod" });
  await put(server.cluster, { env: "prod" });
  await put(server.vnet, { ENV: "test" });
  const { status, body } = await server.request("GET", `${server.subscription}/tagNames?api-version=2021-04-01`);
  const id = `${server.subscription}/tagNames/Env`;
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      value: [
        {
          id,
          tagName: "Env",
          count: { type: "Total", value: 3 },
          values: [
            { id: `${id}/tagValues/prod`, tagValue: "prod", count: { type: "Total", value: 2 } },
            { id: `${id}/tagValues/test`, tagValue: "test", count: { type: "Total", value: 1 } },
          ],
        },
      ],
    },
  });
});
