import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  managedIdentity,
  namedUser,
  servicePrincipal,
  userPrincipal,
  defaultTenantId,
} from "../../../src/identity/principals/local-principals.ts";
import { graphClient, refusal, type Asked, type List } from "../../support/graph-client.ts";
import { openAuthorityApp, origin, type AuthorityApp } from "../../support/authority-app.ts";

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

const send = graphClient(() => open);
const read = (path: string, asked?: Asked) => send("GET", path, asked);
const filtered = (collection: string, filter: string) => `/v1.0/${collection}?$filter=${encodeURIComponent(filter)}`;

async function idsOf(path: string, asked?: Asked): Promise<string[]> {
  const response = await read(path, asked);
  expect(response.statusCode).toBe(200);
  return response.json<List>().value.map(({ id }) => id);
}

describe("/me", () => {
  test("/me returns the signed-in user with the default properties", async () => {
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

  test("/me refuses an application's token", async () => {
    const response = await read("/v1.0/me", { principal: "builder" });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual(
      refusal("BadRequest", "/me request is only valid with delegated authentication flow."),
    );
  });

  test("/me has no owned objects and no groups", async () => {
    expect(await idsOf("/v1.0/me/ownedObjects")).toEqual([]);
    expect(await idsOf("/v1.0/me/memberOf")).toEqual([]);
  });
});

describe("users", () => {
  test("the list of users has those of the caller's tenant, including test users who never signed in", async () => {
    const names = (await read("/v1.0/users")).json<List>().value.map((user) => user["userPrincipalName"]);
    expect(new Set(names)).toEqual(new Set(["alice@contoso.com", "guest@cuprite.local", "owner@cuprite.local"]));
    const elsewhere = (await read("/v1.0/users", { tenant: otherTenant })).json<List>().value;
    expect(new Set(elsewhere.map((user) => user["userPrincipalName"]))).toEqual(
      new Set(["guest@cuprite.local", "owner@cuprite.local"]),
    );
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
  ])("a user is found at %s", async (path) => {
    expect((await read(path)).json()).toMatchObject({ id: alice.objectId, userPrincipalName: "alice@contoso.com" });
  });

  test.each([
    ["userPrincipalName eq 'alice@contoso.com'", [alice.objectId]],
    ["startswith(displayName,'Olivia')", [owner.objectId]],
    ["userPrincipalName eq 'nobody@contoso.com'", []],
    ["mailNickname eq 'alice' and accountEnabled eq true", [alice.objectId]],
  ])("the list of users is filtered by %s", async (filter, expected) => {
    expect(await idsOf(filtered("users", filter))).toEqual(expected);
  });

  test("the list of users has the selected properties, in that order", async () => {
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

  test("a user has no manager", async () => {
    const response = await read("/v1.0/users/alice@contoso.com/manager");
    expect(response.statusCode).toBe(404);
    expect(response.json()).toMatchObject({ error: { code: "Request_ResourceNotFound" } });
  });
});

describe("service principals", () => {
  test("service principals are applications and managed identities, with the ids and names of `cuprite principal`", async () => {
    const ids = await idsOf("/v1.0/servicePrincipals");
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids)).toEqual(new Set([deployer.objectId, builder.objectId, identity?.objectId]));
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
  ])("the list of service principals is filtered by %s", async (filter, expected) => {
    expect(await idsOf(filtered("servicePrincipals", filter))).toEqual(expected);
  });

  test("a service principal is found by its application id in parentheses", async () => {
    const response = await read(`/v1.0/servicePrincipals(appId='${deployer.appId}')`);
    expect(response.json()).toMatchObject({ id: deployer.objectId });
    expect(await idsOf(`/v1.0/servicePrincipals/${deployer.objectId}/owners`)).toEqual([]);
  });

  test("a service principal of another tenant is not found", async () => {
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
  test("each service principal of an application has an application with an object id of its own", async () => {
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

test("the list of groups is empty", async () => {
  expect(await idsOf(filtered("groups", "displayName eq 'a' and mailNickname eq 'a'"))).toEqual([]);
  expect((await read("/v1.0/groups/6f1e2d3c-1111-4222-8333-444455556666")).statusCode).toBe(404);
  const response = await send("POST", "/v1.0/users/alice@contoso.com/getMemberGroups", {
    body: { securityEnabledOnly: true },
  });
  expect(response.json()).toEqual({ "@odata.context": `${origin}/v1.0/$metadata#Collection(Edm.String)`, value: [] });
});

describe("lists", () => {
  test("a list has pages of $top objects, each with a link to the next", async () => {
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

  test("a list is counted where the caller asks for it in the query and the header", async () => {
    const headers = { consistencylevel: "eventual" };
    expect((await read("/v1.0/users?$count=true&$top=1", { headers })).json()).toMatchObject({ "@odata.count": 3 });
    expect((await read("/v1.0/users?$count=true")).json()).not.toHaveProperty(["@odata.count"]);
    const count = await read("/v1.0/users/$count?$filter=mailNickname eq 'alice'", { headers });
    expect([count.headers["content-type"], count.body]).toEqual([expect.stringContaining("text/plain"), "1"]);
    expect((await read("/v1.0/users/$count")).json()).toEqual(
      refusal("Request_BadRequest", "$count is not currently supported."),
    );
  });

  test.each(["0", "1000", "-1", "ten"])("a list refuses the page size %s", async (top) => {
    const response = await read(`/v1.0/users?$top=${top}`);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual(
      refusal(
        "Request_UnsupportedQuery",
        `Invalid page size specified: '${top}'. Must be between 1 and 999 inclusive.`,
      ),
    );
  });

  test("a list refuses an invalid filter", async () => {
    const response = await read(filtered("users", "mailNickname eq"));
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual(
      refusal("BadRequest", "Invalid filter clause: Syntax error at position 15 in 'mailNickname eq'."),
    );
  });
});
