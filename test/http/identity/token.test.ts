import { SignJWT, generateKeyPair } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { servicePrincipal, defaultTenantId } from "../../../src/identity/principals/local-principals.ts";
import { claimsOf, get, openAuthorityApp, origin, postForm, tokensOf } from "../../support/authority-app.ts";
import type { AuthorityApp } from "../../support/authority-app.ts";

const tenant = "0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40";
const v1 = `/${tenant}/oauth2/token`;
const v2 = `/${tenant}/oauth2/v2.0/token`;
const clientCredentials = {
  grant_type: "client_credentials",
  client_id: "app",
  client_secret: "secret",
  scope: "https://management.azure.com/.default",
};

let open: AuthorityApp;
beforeAll(async () => {
  open = await openAuthorityApp();
});
afterAll(() => open.close());

describe("a Host header that is none of the server's names", () => {
  const refusal = {
    error: "invalid_request",
    error_codes: [900971],
    error_description: expect.stringMatching(
      /^AADSTS900971: The Host header 'evil\.example:8443' is none of this server's names: add it with --origins for users to sign in there\. /,
    ) as string,
  };
  const headers = { host: "evil.example:8443" };

  test.each([v1, v2, `/${tenant}/oauth2/v2.0/devicecode`])("a foreign Host header gets no token: %s", async (path) => {
    const response = await postForm(open.app, path, clientCredentials, headers);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject(refusal);
  });

  test("a foreign Host header gets no sign-in page", async () => {
    const response = await get(open.app, `/${tenant}/oauth2/v2.0/authorize?client_id=app`, headers);
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain("none of this server&#39;s names");
  });

  test.each(["localhost:9443", "127.0.0.1:1", "cuprite.localhost", "[::1]:8443"])(
    "a forwarded port is accepted: %s",
    async (host) => {
      expect((await postForm(open.app, v2, clientCredentials, { host })).statusCode).toBe(200);
    },
  );
});

describe("client credentials", () => {
  test("client credentials get an access token with Azure's claims, for exactly the requested resource", async () => {
    const response = await postForm(open.app, v2, {
      ...clientCredentials,
      scope: "https://management.core.windows.net//.default",
    });
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({ "cache-control": "no-store", pragma: "no-cache" });
    const { access_token: token, ...rest } = tokensOf(response);
    expect(rest).toEqual({ token_type: "Bearer", expires_in: 4500, ext_expires_in: 4500 });
    const seconds = open.clock.nowMs() / 1000;
    const { objectId } = servicePrincipal(tenant, "app");
    expect(claimsOf(token)).toEqual({
      aud: "https://management.core.windows.net/",
      iss: `https://sts.windows.net/${tenant}/`,
      iat: seconds,
      nbf: seconds,
      exp: seconds + 4500,
      appid: "app",
      appidacr: "1",
      idp: `https://sts.windows.net/${tenant}/`,
      idtyp: "app",
      oid: objectId,
      sub: objectId,
      tid: tenant,
      uti: expect.any(String) as string,
      ver: "1.0",
    });
    expect(await open.authority.verifyAccessToken(token)).toMatchObject({
      ok: true,
      caller: { kind: "ServicePrincipal", access: "Owner", objectId },
    });
  });

  test("client credentials on v1 get times as strings, except expires_in, which Azure CLI adds to a number", async () => {
    const { scope: _, ...rest } = clientCredentials;
    const response = await postForm(open.app, v1, { ...rest, resource: "https://management.azure.com/" });
    const seconds = open.clock.nowMs() / 1000;
    expect(tokensOf(response)).toEqual({
      token_type: "Bearer",
      expires_in: 4500,
      ext_expires_in: 4500,
      expires_on: String(seconds + 4500),
      not_before: String(seconds),
      resource: "https://management.azure.com/",
      access_token: expect.any(String) as string,
    });
  });

  test("client credentials work as clients send them to ADFS: with a scope on a v1 path", async () => {
    const response = await postForm(open.app, "/adfs/oauth2/token", clientCredentials);
    const body = tokensOf(response);
    expect(body["expires_in"]).toBe(4500);
    expect(claimsOf(body.access_token)).toMatchObject({ aud: "https://management.azure.com", tid: defaultTenantId });
  });

  test("client credentials may be in the Authorization header", async () => {
    const { client_id: _id, client_secret: _secret, ...rest } = clientCredentials;
    const authorization = `Basic ${Buffer.from("my%3Aapp:se%26cret").toString("base64")}`;
    const response = await postForm(open.app, v2, rest, { authorization });
    expect(claimsOf(tokensOf(response).access_token)).toMatchObject({ appid: "my:app" });
  });

  test("client credentials get the same object id every time, and another one in another tenant", async () => {
    const oid = async (path: string) =>
      claimsOf(tokensOf(await postForm(open.app, path, clientCredentials)).access_token)["oid"];
    expect(await oid(v2)).toBe(await oid(v2));
    expect(await oid(v2)).not.toBe(await oid("/common/oauth2/v2.0/token"));
  });

  test("client credentials for a single scope are refused", async () => {
    const scope = "https://management.azure.com/user_impersonation";
    const response = await postForm(open.app, v2, { ...clientCredentials, scope });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: "invalid_scope", error_codes: [1002012] });
  });

  test("client credentials may include OpenID Connect's scopes, which MSAL for Go sends", async () => {
    const scope = `${origin}/.default openid offline_access profile`;
    const response = await postForm(open.app, v2, { ...clientCredentials, scope });
    expect(Object.keys(tokensOf(response)).toSorted()).toEqual([
      "access_token",
      "expires_in",
      "ext_expires_in",
      "token_type",
    ]);
  });
});

describe("a client assertion", () => {
  const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  const { client_secret: _, ...unproven } = clientCredentials;
  const makeAssertion = async (claims: Record<string, unknown> = {}): Promise<string> => {
    const { privateKey } = await generateKeyPair("RS256");
    const exp = open.clock.nowMs() / 1000 + 60;
    const all = { iss: "app", sub: "app", aud: `${origin}${v2}`, exp, ...claims };
    return await new SignJWT(all).setProtectedHeader({ alg: "RS256" }).sign(privateKey);
  };
  const send = (fields: Record<string, string>) =>
    postForm(open.app, v2, { ...unproven, client_assertion_type: assertionType, ...fields });

  test("a client assertion proves the client, and the token says how", async () => {
    const response = await send({ client_assertion: await makeAssertion() });
    expect(claimsOf(tokensOf(response).access_token)).toMatchObject({ appid: "app", appidacr: "2" });
  });

  test("a client assertion names the client where client_id does not", async () => {
    const { client_id: _id, ...rest } = unproven;
    const assertion = {
      client_assertion_type: assertionType,
      client_assertion: await makeAssertion({ sub: "by-subject" }),
    };
    const response = await postForm(open.app, v2, { ...rest, ...assertion });
    expect(claimsOf(tokensOf(response).access_token)).toMatchObject({ appid: "by-subject" });
  });

  test("the token endpoint refuses an expired client assertion", async () => {
    const response = await send({ client_assertion: await makeAssertion({ exp: open.clock.nowMs() / 1000 }) });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ error: "invalid_client", error_codes: [700024] });
  });

  test("the token endpoint refuses a client assertion that is not yet valid", async () => {
    const response = await send({ client_assertion: await makeAssertion({ nbf: open.clock.nowMs() / 1000 + 60 }) });
    expect(response.json()).toMatchObject({ error_codes: [700024] });
  });

  test("the token endpoint refuses an unsigned client assertion (alg none)", async () => {
    const [, payload] = (await makeAssertion()).split(".");
    const header = Buffer.from('{"alg":"none"}').toString("base64url");
    const response = await send({ client_assertion: `${header}.${payload}.` });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ error: "invalid_client", error_codes: [50027] });
  });

  test.each(["nonsense", "a.b.c"])("an assertion that is not a JWT is refused: %s", async (assertion) => {
    expect((await send({ client_assertion: assertion })).json()).toMatchObject({ error_codes: [50027] });
  });

  test("the token endpoint refuses a client assertion without an audience", async () => {
    const response = await send({ client_assertion: await makeAssertion({ aud: undefined }) });
    expect(response.json()).toMatchObject({ error_codes: [50027] });
  });

  test("the token endpoint refuses a client assertion of another type", async () => {
    const response = await send({ client_assertion: await makeAssertion(), client_assertion_type: "saml" });
    expect(response.json()).toMatchObject({ error: "invalid_request", error_codes: [90013] });
  });

  test("the token endpoint refuses a client assertion beside a secret", async () => {
    const response = await send({ client_assertion: await makeAssertion(), client_secret: "secret" });
    expect(response.json()).toMatchObject({ error: "invalid_request", error_codes: [90013] });
  });
});

describe("the password grant", () => {
  const fields = {
    grant_type: "password",
    client_id: "app",
    username: "Owner@Cuprite.local",
    password: "anything",
    scope: "https://management.azure.com//.default openid offline_access",
  };

  test("the password grant signs a test user in, with everything that clients store of a user", async () => {
    const response = await postForm(open.app, v2, fields);
    const body = tokensOf(response);
    expect(body).toMatchObject({
      scope: "openid https://management.azure.com//user_impersonation https://management.azure.com//.default",
      refresh_token: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
    const access = claimsOf(body.access_token);
    expect(access).toMatchObject({
      aud: "https://management.azure.com/",
      appid: "app",
      appidacr: "0",
      idtyp: "user",
      scp: "user_impersonation",
      upn: "owner@cuprite.local",
      unique_name: "owner@cuprite.local",
      name: "Olivia Owner",
      amr: ["pwd"],
      tid: tenant,
    });
    expect(claimsOf(body.id_token)).toMatchObject({
      aud: "app",
      iss: `${origin}/${tenant}/v2.0`,
      preferred_username: "owner@cuprite.local",
      name: "Olivia Owner",
      oid: access["oid"],
      tid: tenant,
      ver: "2.0",
    });
    const info: unknown = JSON.parse(Buffer.from(String(body["client_info"]), "base64url").toString());
    expect(info).toEqual({ uid: access["oid"], utid: tenant });
  });

  test("the password grant gives neither id token nor refresh token unless asked", async () => {
    const body = tokensOf(await postForm(open.app, v2, { ...fields, scope: "https://management.azure.com/.default" }));
    expect(body).not.toHaveProperty("id_token");
    expect(body).not.toHaveProperty("refresh_token");
  });

  test("the password grant on v1 gives both tokens, and an id token of v1's shape", async () => {
    const { scope: _, ...rest } = fields;
    const body = tokensOf(await postForm(open.app, v1, { ...rest, resource: "https://management.azure.com/" }));
    expect(body["scope"]).toBe("user_impersonation");
    expect(body).toHaveProperty("refresh_token");
    expect(claimsOf(body.id_token)).toMatchObject({
      iss: `${origin}/${tenant}/`,
      ver: "1.0",
      upn: "owner@cuprite.local",
    });
  });

  test.each([
    ["04b07795-8ddb-461a-bbee-02f9e1bf7b46", "1"],
    ["app", undefined],
  ])("the answer says whether client %s shares refresh tokens", async (clientId, foci) => {
    expect(tokensOf(await postForm(open.app, v2, { ...fields, client_id: clientId }))["foci"]).toBe(foci);
  });

  test("the password grant refuses an unknown user and names the known ones", async () => {
    const response = await postForm(open.app, v2, { ...fields, username: "nobody@cuprite.local" });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({
      error: "invalid_grant",
      error_codes: [50034],
      error_description: expect.stringContaining("owner@cuprite.local, guest@cuprite.local") as string,
    });
  });

  test("the password grant refuses an empty password", async () => {
    const response = await postForm(open.app, v2, { ...fields, password: "" });
    expect(response.json()).toMatchObject({ error: "invalid_request", error_codes: [900144] });
  });
});

describe("requests that the token endpoint refuses", () => {
  test("a refusal has every member that Entra sends", async () => {
    const correlationId = "3fa2373b-7675-4a44-9036-e7422644a116";
    const response = await postForm(open.app, v2, {}, { "client-request-id": correlationId });
    expect(response.statusCode).toBe(400);
    const body = response.json<Record<string, unknown>>();
    expect(body).toEqual({
      error: "invalid_request",
      error_description: `AADSTS900144: The request body must contain the following parameter: 'client_id'. Trace ID: ${String(body["trace_id"])} Correlation ID: ${correlationId} Timestamp: 2026-01-01 00:00:00Z`,
      error_codes: [900144],
      timestamp: "2026-01-01 00:00:00Z",
      trace_id: expect.any(String) as string,
      correlation_id: correlationId,
    });
  });

  test("a refusal has the correlation id that MSAL sends in the query", async () => {
    const correlationId = "3fa2373b-7675-4a44-9036-e7422644a116";
    const response = await postForm(open.app, `${v2}?client-request-id=${correlationId}`, {});
    expect(response.json()).toMatchObject({ correlation_id: correlationId });
  });

  test("a refusal has an id of our own where the client's is not a GUID", async () => {
    const response = await postForm(open.app, v2, {}, { "client-request-id": "<script>" });
    expect(response.json<{ correlation_id: string }>().correlation_id).toMatch(/^[\da-f-]{36}$/);
  });

  test.each([
    ["without a grant type", { grant_type: "" }, 400, "invalid_request", 900144],
    ["for an unknown grant type", { grant_type: "implicit" }, 400, "unsupported_grant_type", 70003],
    ["without a secret", { client_secret: "" }, 401, "invalid_client", 7000218],
    ["without a scope", { scope: "" }, 400, "invalid_request", 900144],
    ["for an invalid scope", { scope: "nothing/.default" }, 400, "invalid_scope", 70011],
    ["with a client id that has a line end", { client_id: "a\nb" }, 400, "invalid_request", 90013],
    ["with a client id that is too long", { client_id: "a".repeat(201) }, 400, "invalid_request", 90013],
  ] as const)("the token endpoint refuses a request %s", async (...[, change, status, error, code]) => {
    const response = await postForm(open.app, v2, { ...clientCredentials, ...change });
    expect(response.statusCode).toBe(status);
    expect(response.json()).toMatchObject({ error, error_codes: [code] });
  });

  test("the token endpoint refuses a repeated parameter, of which another reader might use the other value", async () => {
    const form = `${new URLSearchParams(clientCredentials).toString()}&scope=https://redis.azure.com/.default`;
    const response = await postForm(open.app, v2, form);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: "invalid_request", error_codes: [9000411] });
  });

  test("the token endpoint refuses credentials both in the header and in the body", async () => {
    const authorization = `Basic ${Buffer.from("app:secret").toString("base64")}`;
    const response = await postForm(open.app, v2, clientCredentials, { authorization });
    expect(response.json()).toMatchObject({ error: "invalid_request", error_codes: [90013] });
  });

  test("the token endpoint refuses an Authorization header without a secret", async () => {
    const { client_id: _id, client_secret: _secret, ...rest } = clientCredentials;
    const authorization = `Basic ${Buffer.from("app:").toString("base64")}`;
    const response = await postForm(open.app, v2, rest, { authorization });
    expect(response.statusCode).toBe(401);
  });

  test("the token endpoint refuses JSON", async () => {
    const response = await postForm(open.app, v2, "{}", { "content-type": "application/json" });
    expect(response.statusCode).toBe(415);
    expect(response.json()).toMatchObject({ error: "invalid_request" });
  });

  test("the token endpoint refuses more than 64 KiB", async () => {
    const response = await postForm(open.app, v2, { ...clientCredentials, padding: "a".repeat(64 * 1024) });
    expect(response.statusCode).toBe(413);
    expect(response.json()).toMatchObject({ error: "invalid_request" });
  });

  test("the token endpoint refuses an unknown tenant", async () => {
    const response = await postForm(open.app, "/contoso.com/oauth2/v2.0/token", clientCredentials);
    expect(response.json()).toMatchObject({ error_codes: [90002] });
  });

  test("the token endpoint refuses a Host header that is more than a host", async () => {
    const response = await postForm(open.app, v2, clientCredentials, { host: "evil.example/x" });
    expect(response.statusCode).toBe(400);
  });
});

describe("pages that may read the token endpoint's answers", () => {
  test("pages on this machine may read the token endpoint's answers", async () => {
    const response = await postForm(open.app, v2, clientCredentials, { origin: "http://localhost:3000" });
    expect(response.headers["access-control-allow-origin"]).toBe("http://localhost:3000");
  });

  test.each(["https://evil.example", "null"])("a page of %s may not read answers", async (from) => {
    const response = await postForm(open.app, v2, clientCredentials, { origin: from });
    expect(response.headers).not.toHaveProperty("access-control-allow-origin");
  });
});

test("an internal error of the authority is sent without details", async () => {
  const broken = await openAuthorityApp();
  await broken.temp.close();
  const response = await postForm(broken.app, v2, clientCredentials);
  expect(response.statusCode).toBe(500);
  expect(response.json()).toEqual({
    error: "server_error",
    error_description: "The authority encountered an internal error.",
  });
});
