import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { managedIdentity, namedUser, servicePrincipal, userPrincipal } from "../../../src/identity/local-principals.ts";
import { mintAccessToken } from "../../../src/identity/mint.ts";
import { defaultTenantId } from "../../../src/identity/tenants.ts";
import { openAuthorityApp, origin } from "../../support/authority-app.ts";
import type { AuthorityApp } from "../../support/authority-app.ts";

const otherTenant = "0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40";
const deployer = servicePrincipal(defaultTenantId, "0f1e2d3c-1111-4222-8333-444455556666");
const builder = servicePrincipal(defaultTenantId, "builder");
const stranger = servicePrincipal(otherTenant, "stranger");
const identityId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one";
const identity = managedIdentity(defaultTenantId, { resourceId: identityId });
const alice = namedUser(defaultTenantId, "alice@contoso.com");
const owner = userPrincipal(defaultTenantId, {
  name: "owner@cuprite.local",
  displayName: "Olivia Owner",
  access: "Owner",
});

let open: AuthorityApp;
beforeAll(async () => {
  open = await openAuthorityApp();
  for (const principal of [deployer, builder, stranger, identity, alice]) {
    if (principal !== undefined) await open.authority.directory.ensure(principal);
  }
});
afterAll(() => open.close());

interface Asked {
  readonly principal?: string;
  readonly audience?: string;
  readonly tenant?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const tokenFor = ({ principal = "owner", audience = `${origin}/`, tenant }: Asked = {}) =>
  mintAccessToken({ dataDir: open.dataDir, clock: open.clock, principal, audience, ...(tenant && { tenant }) });

async function send(method: "GET" | "POST" | "PATCH" | "DELETE" | "PUT", path: string, asked: Asked = {}) {
  const { headers = {}, body } = asked;
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const authorization = `Bearer ${await tokenFor(asked)}`;
  return await open.app.inject({
    method,
    url: path,
    headers: { host: new URL(origin).host, authorization, ...type, ...headers },
    ...(body === undefined ? {} : { payload: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

const read = (path: string, asked?: Asked) => send("GET", path, asked);
const filtered = (collection: string, filter: string) => `/v1.0/${collection}?$filter=${encodeURIComponent(filter)}`;

interface List {
  readonly value: readonly { readonly id: string; readonly [name: string]: unknown }[];
  readonly "@odata.context": string;
  readonly "@odata.nextLink"?: string;
  readonly "@odata.count"?: number;
}

async function idsOf(path: string, asked?: Asked): Promise<string[]> {
  const response = await read(path, asked);
  expect(response.statusCode).toBe(200);
  return response.json<List>().value.map(({ id }) => id);
}

const refusal = (code: string, message: string) => ({
  error: {
    code,
    message,
    innerError: {
      date: "2026-01-01T00:00:00",
      "request-id": expect.any(String) as string,
      "client-request-id": expect.any(String) as string,
    },
  },
});

describe("who is signed in", () => {
  test("is a user, with what Microsoft Graph shows of one", async () => {
    const response = await read("/v1.0/me");
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe(
      "application/json;odata.metadata=minimal;odata.streaming=true;charset=utf-8",
    );
    expect(response.json()).toEqual({
      "@odata.context": `${origin}/v1.0/$metadata#users/$entity`,
      businessPhones: [],
      displayName: "Olivia Owner",
      givenName: null,
      jobTitle: null,
      mail: null,
      mobilePhone: null,
      officeLocation: null,
      preferredLanguage: null,
      surname: null,
      userPrincipalName: "owner@cuprite.local",
      id: owner.objectId,
    });
  });

  test("is nobody for an application's token", async () => {
    const response = await read("/v1.0/me", { principal: "builder" });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual(
      refusal("BadRequest", "/me request is only valid with delegated authentication flow."),
    );
  });

  test("owns nothing and is in no group", async () => {
    expect(await idsOf("/v1.0/me/ownedObjects")).toEqual([]);
    expect(await idsOf("/v1.0/me/memberOf")).toEqual([]);
  });
});

describe("users", () => {
  test("are those of the caller's tenant, the test users before they have signed in too", async () => {
    const names = (await read("/v1.0/users")).json<List>().value.map((user) => user["userPrincipalName"]);
    expect(names.toSorted()).toEqual(["alice@contoso.com", "guest@cuprite.local", "owner@cuprite.local"]);
    const elsewhere = (await read("/v1.0/users", { tenant: otherTenant })).json<List>().value;
    expect(elsewhere.map((user) => user["userPrincipalName"]).toSorted()).toEqual([
      "guest@cuprite.local",
      "owner@cuprite.local",
    ]);
    expect(elsewhere.map(({ id }) => id)).not.toContain(owner.objectId);
  });

  test.each([
    "/v1.0/users/alice@contoso.com",
    "/v1.0/users/Alice%40Contoso.com",
    "/v1.0/users('alice@contoso.com')",
    "/v1.0/users(userPrincipalName='alice@contoso.com')",
    `/v1.0/users/${alice.objectId}`,
    `/v1.0/users/${alice.objectId.toUpperCase()}`,
    `/beta/users('${alice.objectId}')`,
    `/v1.0/directoryObjects/${alice.objectId}`,
  ])("are found at %s", async (path) => {
    expect((await read(path)).json()).toMatchObject({ id: alice.objectId, userPrincipalName: "alice@contoso.com" });
  });

  test.each([
    ["userPrincipalName eq 'alice@contoso.com'", [alice.objectId]],
    ["startswith(displayName,'Olivia')", [owner.objectId]],
    ["userPrincipalName eq 'nobody@contoso.com'", []],
    ["mailNickname eq 'alice' and accountEnabled eq true", [alice.objectId]],
  ])("are found by %s", async (filter, expected) => {
    expect(await idsOf(filtered("users", filter))).toEqual(expected);
  });

  test("show what is selected of them, in that order", async () => {
    const response = await read("/v1.0/users?$select=userType,id&$filter=mailNickname eq 'alice'");
    expect(response.json()).toEqual({
      "@odata.context": `${origin}/v1.0/$metadata#users(userType,id)`,
      value: [{ userType: "Member", id: alice.objectId }],
    });
    const unknown = await read("/v1.0/users/alice@contoso.com?$select=id,nickname");
    expect(unknown.statusCode).toBe(400);
    expect(unknown.json()).toEqual(
      refusal(
        "BadRequest",
        "Parsing OData Select and Expand failed: Could not find a property named 'nickname' on type 'microsoft.graph.user'.",
      ),
    );
  });

  test("have no manager", async () => {
    const response = await read("/v1.0/users/alice@contoso.com/manager");
    expect(response.statusCode).toBe(404);
    expect(response.json()).toMatchObject({ error: { code: "Request_ResourceNotFound" } });
  });
});

describe("service principals", () => {
  test("are applications and managed identities, by the ids and names of `cuprite principal`", async () => {
    const ids = await idsOf("/v1.0/servicePrincipals");
    expect(ids).toEqual(ids.toSorted());
    expect(ids.toSorted()).toEqual([deployer.objectId, builder.objectId, identity?.objectId].toSorted());
    const one = (await read(`/v1.0/servicePrincipals/${builder.objectId}`)).json<Record<string, unknown>>();
    expect(one).toMatchObject({
      "@odata.context": `${origin}/v1.0/$metadata#servicePrincipals/$entity`,
      id: builder.objectId,
      appId: "builder",
      displayName: "builder",
      servicePrincipalNames: ["builder"],
      servicePrincipalType: "Application",
      appOwnerOrganizationId: defaultTenantId,
      alternativeNames: [],
    });
    expect((await read(`/v1.0/servicePrincipals/${identity?.objectId}`)).json()).toMatchObject({
      appId: identity?.appId,
      displayName: identityId,
      servicePrincipalType: "ManagedIdentity",
      alternativeNames: ["isExplicit=True", identityId],
    });
  });

  test.each([
    [`servicePrincipalNames/any(c:c eq '${deployer.appId}')`, [deployer.objectId]],
    [`appId eq '${deployer.appId.toUpperCase()}'`, [deployer.objectId]],
    ["displayName eq 'builder' or displayName eq 'nobody'", [builder.objectId]],
    ["startswith(displayName,'build')", [builder.objectId]],
    ["servicePrincipalType eq 'ManagedIdentity'", [identity?.objectId]],
    ["appId eq 'stranger'", []],
  ])("are found by %s", async (filter, expected) => {
    expect(await idsOf(filtered("servicePrincipals", filter))).toEqual(expected);
  });

  test("are found by their application id in parentheses", async () => {
    const response = await read(`/v1.0/servicePrincipals(appId='${deployer.appId}')`);
    expect(response.json()).toMatchObject({ id: deployer.objectId });
    expect(await idsOf(`/v1.0/servicePrincipals/${deployer.objectId}/owners`)).toEqual([]);
  });

  test("of another tenant are not there", async () => {
    const response = await read(`/v1.0/servicePrincipals/${stranger.objectId}`);
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual(
      refusal(
        "Request_ResourceNotFound",
        `Resource '${stranger.objectId}' does not exist or one of its queried reference-property objects are not present.`,
      ),
    );
    expect(await idsOf("/v1.0/servicePrincipals", { tenant: otherTenant })).toEqual([stranger.objectId]);
  });
});

describe("applications", () => {
  test("are those of service principals, with object ids of their own", async () => {
    const [application] = (await read(filtered("applications", "appId eq 'builder'"))).json<List>().value;
    expect(application).toMatchObject({ appId: "builder", displayName: "builder", identifierUris: ["builder"] });
    expect(application?.id).not.toBe(builder.objectId);
    expect((await read(`/v1.0/applications/${application?.id}`)).json()).toMatchObject({ appId: "builder" });
    expect((await read("/v1.0/applications(appId='builder')")).json()).toMatchObject({ id: application?.id });
    expect(await idsOf("/v1.0/applications")).toHaveLength(2);
    // As az looks for what is no GUID.
    expect(await idsOf(filtered("applications", "identifierUris/any(s:s eq 'builder')"))).toEqual([application?.id]);
    expect(await idsOf(filtered("applications", `identifierUris/any(s:s eq '${deployer.appId}')`))).toEqual([]);
  });
});

test("there are no groups", async () => {
  expect(await idsOf(filtered("groups", "displayName eq 'a' and mailNickname eq 'a'"))).toEqual([]);
  expect((await read("/v1.0/groups/6f1e2d3c-1111-4222-8333-444455556666")).statusCode).toBe(404);
  const response = await send("POST", "/v1.0/users/alice@contoso.com/getMemberGroups", {
    body: { securityEnabledOnly: true },
  });
  expect(response.json()).toEqual({ "@odata.context": `${origin}/v1.0/$metadata#Collection(Edm.String)`, value: [] });
});

describe("getByIds", () => {
  const path = "/v1.0/directoryObjects/getByIds";
  const ids = [alice.objectId, builder.objectId.toUpperCase(), stranger.objectId];

  test("finds what there is of the ids, and says what each is", async () => {
    const body = { ids, types: ["user", "group", "servicePrincipal", "directoryObjectPartnerReference"] };
    const response = await send("POST", path, { body });
    expect(response.json()).toEqual({
      "@odata.context": `${origin}/v1.0/$metadata#directoryObjects`,
      value: [
        expect.objectContaining({ "@odata.type": "#microsoft.graph.user", id: alice.objectId }),
        expect.objectContaining({ "@odata.type": "#microsoft.graph.servicePrincipal", id: builder.objectId }),
      ],
    });
  });

  test.each([
    [["user"], [alice.objectId]],
    [["servicePrincipal"], [builder.objectId]],
    [["group"], []],
    [["directoryObject"], [alice.objectId, builder.objectId]],
    [undefined, [alice.objectId, builder.objectId]],
  ])("finds of the types %j what is of them", async (types, expected) => {
    const response = await send("POST", path, { body: { ids, types } });
    expect(response.json<List>().value.map(({ id }) => id)).toEqual(expected);
  });

  test.each([
    ["{", "BadRequest", /^Unable to read JSON request payload\./],
    ["[]", "BadRequest", /^Unable to read JSON request payload\./],
    [{ ids: "one" }, "BadRequest", /^Unable to read JSON request payload\./],
    [{ ids: [alice.objectId], types: "user" }, "BadRequest", /^Unable to read JSON request payload\./],
    [{ ids: ["alice"] }, "Request_BadRequest", /^Invalid object identifier 'alice'\.$/],
    [{ ids: Array.from({ length: 1_001 }, () => alice.objectId) }, "Request_BadRequest", /takes 1000 at most\.$/],
  ])("refuses %j", async (body, code, message) => {
    const response = await send("POST", path, { body });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: { code, message: expect.stringMatching(message) as string } });
  });

  test("refuses a body that is too large", async () => {
    const response = await send("POST", path, { body: JSON.stringify({ ids: ["x".repeat(70_000)] }) });
    expect(response.statusCode).toBe(413);
    expect(response.json()).toEqual(refusal("RequestEntityTooLarge", "The request body is too large."));
  });
});

describe("lists", () => {
  test("come in pages of $top, each with a link to the next", async () => {
    const seen: string[] = [];
    let next: string | undefined = `${origin}/v1.0/servicePrincipals?$top=2&$select=id`;
    for (let pages = 0; next !== undefined && pages < 5; pages += 1) {
      const { pathname, search } = new URL(next);
      const page: List = (await read(pathname + search)).json<List>();
      seen.push(...page.value.map(({ id }) => id));
      next = page["@odata.nextLink"];
    }
    expect(seen).toEqual(await idsOf("/v1.0/servicePrincipals"));
  });

  test("are counted where the caller asks for it in both places", async () => {
    const headers = { consistencylevel: "eventual" };
    expect((await read("/v1.0/users?$count=true&$top=1", { headers })).json()).toMatchObject({ "@odata.count": 3 });
    expect((await read("/v1.0/users?$count=true")).json()).not.toHaveProperty(["@odata.count"]);
    const count = await read("/v1.0/users/$count?$filter=mailNickname eq 'alice'", { headers });
    expect([count.headers["content-type"], count.body]).toEqual([expect.stringContaining("text/plain"), "1"]);
    expect((await read("/v1.0/users/$count")).json()).toEqual(
      refusal("Request_BadRequest", "$count is not currently supported."),
    );
  });

  test.each(["0", "1000", "-1", "ten"])("refuse a page size of %s", async (top) => {
    const response = await read(`/v1.0/users?$top=${top}`);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual(
      refusal(
        "Request_UnsupportedQuery",
        `Invalid page size specified: '${top}'. Must be between 1 and 999 inclusive.`,
      ),
    );
  });

  test("refuse a filter that is none", async () => {
    const response = await read(filtered("users", "mailNickname eq"));
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual(
      refusal("BadRequest", "Invalid filter clause: Syntax error at position 15 in 'mailNickname eq'."),
    );
  });
});

describe("what is not served", () => {
  const sentence = (what: string) =>
    `Cuprite does not serve ${what}. Its Microsoft Graph only reads users, servicePrincipals and applications, which ` +
    "'cuprite principal add' makes; see docs/differences-from-azure.md.";

  test.each([
    ["POST", "/v1.0/applications", "POST of 'applications'"],
    ["PATCH", "/v1.0/users/alice@contoso.com", "PATCH of 'users/alice@contoso.com'"],
    ["DELETE", `/v1.0/servicePrincipals/${builder.objectId}`, `DELETE of 'servicePrincipals/${builder.objectId}'`],
    ["POST", "/v1.0/servicePrincipals/x/addPassword", "'servicePrincipals/x/addPassword'"],
    ["GET", "/v1.0/directoryObjects/getByIds", "GET of 'directoryObjects/getByIds'"],
    ["GET", "/v1.0/organization", "'organization'"],
    ["GET", "/v1.0", "''"],
    ["GET", "/beta/me/messages", "'me/messages'"],
    ["GET", "/v1.0/users?$search=x", "the query option '$search'"],
    ["GET", "/v1.0/users?$expand=manager", "the query option '$expand'"],
  ] as const)("%s %s is refused in Microsoft Graph's form", async (method, path, what) => {
    const response = await send(method, path, method === "GET" ? {} : { body: {} });
    expect(response.statusCode).toBe(501);
    expect(response.json()).toEqual(refusal("NotImplemented", sentence(what)));
  });
});

describe("a token", () => {
  const clientRequestId = "3f1e2d3c-1111-4222-8333-444455556666";
  const ask = (headers: Record<string, string>, path = "/v1.0/users") =>
    open.app.inject({ method: "GET", url: path, headers: { host: new URL(origin).host, ...headers } });

  test.each([
    origin,
    `${origin}/`,
    "https://graph.microsoft.com",
    "https://graph.microsoft.com/",
    "00000003-0000-0000-c000-000000000000",
  ])("for %s opens Microsoft Graph", async (audience) => {
    expect((await read("/v1.0/users", { audience })).statusCode).toBe(200);
  });

  test.each([
    "https://management.azure.com/",
    "https://management.core.windows.net",
    "https://redis.azure.com",
    "https://graph.microsoft.com.example",
  ])("for %s does not", async (audience) => {
    const response = await read("/v1.0/users", { audience });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toEqual(
      refusal("InvalidAuthenticationToken", "Access token validation failure. Invalid audience."),
    );
  });

  test("for Microsoft Graph does not open Resource Manager", async () => {
    const token = await tokenFor({ audience: "https://graph.microsoft.com" });
    expect(await open.authority.verifyAccessToken(token, origin)).toMatchObject({
      ok: false,
      problem: "wrongAudience",
    });
  });

  test.each([
    [{}, "Access token is empty."],
    [{ authorization: "Basic abc" }, "Access token is empty."],
    [{ authorization: "Bearer abc" }, "CompactToken parsing failed with error code: 80049217"],
  ])("is needed for everything: with %j the answer is 401", async (headers, message) => {
    for (const path of ["/v1.0/users", "/v1.0/nothing", "/beta/me", "/v1.0/users?$filter=("]) {
      const response = await ask({ ...headers, "client-request-id": clientRequestId }, path);
      expect(response.statusCode).toBe(401);
      expect(response.json()).toMatchObject({
        error: {
          code: "InvalidAuthenticationToken",
          message,
          innerError: { "client-request-id": clientRequestId, "request-id": response.headers["request-id"] },
        },
      });
    }
  });

  test("that has expired is refused", async () => {
    const token = await tokenFor();
    await open.clock.advance(76 * 60_000);
    const response = await ask({ authorization: `Bearer ${token}` });
    expect(response.json()).toMatchObject({
      error: {
        code: "InvalidAuthenticationToken",
        message: "Lifetime validation failed, the token is expired.",
      },
    });
  });
});
