import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { namedUser, servicePrincipal, defaultTenantId } from "../../../src/identity/principals/local-principals.ts";
import { graphClient, graphToken, refusal, type Asked, type List } from "../../support/graph-client.ts";
import { claimsOf, openAuthorityApp, origin, type AuthorityApp } from "../../support/authority-app.ts";

const builder = servicePrincipal(defaultTenantId, "builder");
const stranger = servicePrincipal("0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40", "stranger");
const alice = namedUser(defaultTenantId, "alice@contoso.com");

let open: AuthorityApp;
beforeAll(async () => {
  open = await openAuthorityApp();
  for (const principal of [builder, stranger, alice]) await open.authority.directory.ensure(principal);
});
afterAll(() => open.close());

const send = graphClient(() => open);
const read = (path: string, asked?: Asked) => send("GET", path, asked);
const tokenFor = (asked?: Asked) => graphToken(open, asked);

describe("getByIds", () => {
  const path = "/v1.0/directoryObjects/getByIds";
  const ids = [alice.objectId, builder.objectId.toUpperCase(), stranger.objectId];

  test("getByIds returns the objects that exist, each with its type", async () => {
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
  ])("getByIds with the types %j returns only objects of them", async (types, expected) => {
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
  ])("getByIds refuses %j", async (body, code, message) => {
    const response = await send("POST", path, { body });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: { code, message: expect.stringMatching(message) as string } });
  });

  test("getByIds refuses a body that is too large", async () => {
    const response = await send("POST", path, { body: JSON.stringify({ ids: ["x".repeat(70_000)] }) });
    expect(response.statusCode).toBe(413);
    expect(response.json()).toEqual(refusal("RequestEntityTooLarge", "The request body is too large."));
  });
});

describe("azuread's data sources", () => {
  /** What azuread_user selects (terraform-provider-azuread, November 2026). */
  const userFields =
    "accountEnabled,ageGroup,businessPhones,city,companyName,consentProvidedForMinor,country,creationType,department," +
    "displayName,employeeId,employeeOrgData,employeeType,externalUserState,faxNumber,givenName,id,imAddresses,jobTitle," +
    "mail,mailNickname,mobilePhone,officeLocation,onPremisesDistinguishedName,onPremisesDomainName," +
    "onPremisesImmutableId,onPremisesSamAccountName,onPremisesSecurityIdentifier,onPremisesSyncEnabled," +
    "onPremisesUserPrincipalName,otherMails,postalCode,preferredLanguage,proxyAddresses,showInAddressList,state," +
    "streetAddress,surname,usageLocation,userPrincipalName,userType";
  const answerTo = async (path: string) => {
    const response = await read(path);
    return [response.statusCode, response.json<Record<string, unknown>>()] as const;
  };

  test("azuread finds a user by name, reads all of them, and learns that they have no manager", async () => {
    const filter = encodeURIComponent("userPrincipalName eq 'alice@contoso.com'");
    expect(await answerTo(`/v1.0/users?%24filter=${filter}`)).toMatchObject([200, { value: [{ id: alice.objectId }] }]);
    const [status, user] = await answerTo(`/v1.0/users/${alice.objectId}?%24select=${encodeURIComponent(userFields)}`);
    expect(status).toBe(200);
    expect(Object.keys(user).toSpliced(0, 1).join(",")).toBe(userFields);
    expect(user).toMatchObject({ accountEnabled: true, otherMails: [], city: null, userType: "Member" });
    expect((await answerTo(`/v1.0/users/${alice.objectId}/manager`))[0]).toBe(404);
  });

  test("azuread finds a service principal by its client id, and selects a property of the beta version", async () => {
    const filter = encodeURIComponent("appId eq 'builder'");
    const found = await answerTo(`/v1.0/servicePrincipals?%24filter=${filter}`);
    expect(found).toMatchObject([200, { value: [{ id: builder.objectId, appRoles: [], tags: [] }] }]);
    expect(await answerTo(`/beta/servicePrincipals/${builder.objectId}?%24select=samlMetadataUrl`)).toEqual([
      200,
      {
        "@odata.context": `${origin}/beta/$metadata#servicePrincipals(samlMetadataUrl)/$entity`,
        samlMetadataUrl: null,
      },
    ]);
  });

  test("azuread finds its own service principal by its token's claims", async () => {
    expect(claimsOf(await tokenFor({ principal: "builder" }))).toMatchObject({
      oid: builder.objectId,
      appid: "builder",
    });
  });
});

describe("requests that Microsoft Graph does not serve here", () => {
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

describe("tokens for Microsoft Graph", () => {
  const clientRequestId = "3f1e2d3c-1111-4222-8333-444455556666";
  const ask = (headers: Record<string, string>, path = "/v1.0/users") =>
    open.app.inject({ method: "GET", url: path, headers: { host: new URL(origin).host, ...headers } });

  test.each([
    origin,
    `${origin}/`,
    "https://graph.microsoft.com",
    "https://graph.microsoft.com/",
    "00000003-0000-0000-c000-000000000000",
  ])("Microsoft Graph accepts a token for %s", async (audience) => {
    expect((await read("/v1.0/users", { audience })).statusCode).toBe(200);
  });

  test.each([
    "https://management.azure.com/",
    "https://management.core.windows.net",
    "https://redis.azure.com",
    "https://graph.microsoft.com.example",
  ])("Microsoft Graph refuses a token for %s", async (audience) => {
    const response = await read("/v1.0/users", { audience });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toEqual(
      refusal("InvalidAuthenticationToken", "Access token validation failure. Invalid audience."),
    );
  });

  test("Resource Manager refuses a token for Microsoft Graph", async () => {
    const token = await tokenFor({ audience: "https://graph.microsoft.com" });
    expect(await open.authority.verifyAccessToken(token)).toMatchObject({
      ok: false,
      problem: "wrongAudience",
    });
  });

  test.each([
    [{}, "Access token is empty."],
    [{ authorization: "Basic abc" }, "Access token is empty."],
    [{ authorization: "Bearer abc" }, "CompactToken parsing failed with error code: 80049217"],
  ])("Microsoft Graph requires a token: %j gets a 401", async (headers, message) => {
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

  test("Microsoft Graph refuses an expired token", async () => {
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
