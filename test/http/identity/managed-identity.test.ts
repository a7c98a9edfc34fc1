import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startManagedIdentity } from "../../../src/app/managed-identity.ts";
import { buildManagedIdentity } from "../../../src/identity/flows/managed-identity.ts";
import { localUsers, userPrincipal, defaultTenantId } from "../../../src/identity/principals/local-principals.ts";
import { claimsOf, openAuthorityApp, type AuthorityApp } from "../../support/authority-app.ts";

const path = "/metadata/identity/oauth2/token";
const resource = "https://management.azure.com/";
const imdsQuery = { "api-version": "2018-02-01", resource };
const appServiceQuery = { "api-version": "2019-08-01", resource };

interface TokenStrings {
  readonly access_token: string;
  readonly client_id: string;
}

let open: AuthorityApp;
let app: FastifyInstance;
beforeAll(async () => {
  open = await openAuthorityApp();
  app = buildManagedIdentity({ authority: open.authority, log: open.authority.log });
});
afterAll(async () => {
  await app.close();
  await open.close();
});

const ask = (query: Record<string, string>, headers: Record<string, string>, url = path) =>
  app.inject({ method: "GET", url, query, headers: { host: "127.0.0.1:8444", ...headers } });
const imds = (query: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  ask({ ...imdsQuery, ...query }, { metadata: "true", ...headers });
const appService = (query: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  ask({ ...appServiceQuery, ...query }, { "x-identity-header": "any", ...headers });

describe("a managed identity's token", () => {
  test.each([
    ["in IMDS's form", { metadata: "true" }, imdsQuery, path],
    ["at a path with a slash at the end, as @azure/identity sends it", { metadata: "true" }, imdsQuery, `${path}/`],
    ["in App Service's form", { "x-identity-header": "any" }, appServiceQuery, path],
    ["at App Service's own path", { "x-identity-header": "any" }, appServiceQuery, "/MSI/token"],
  ])("a managed identity's token is issued %s, with every time a string", async (_how, headers, query, url) => {
    const response = await ask(query, headers, url);
    expect(response.statusCode).toBe(200);
    const seconds = open.clock.nowMs() / 1000;
    const body = response.json<TokenStrings>();
    expect(body).toEqual({
      access_token: expect.any(String) as string,
      client_id: expect.any(String) as string,
      expires_in: "86400",
      expires_on: String(seconds + 86_400),
      ext_expires_in: "86400",
      not_before: String(seconds),
      resource,
      token_type: "Bearer",
    });
    expect(claimsOf(body.access_token)).toMatchObject({
      aud: resource,
      appid: body.client_id,
      idtyp: "app",
      tid: defaultTenantId,
      xms_mirid: "system-assigned",
    });
    expect(await open.authority.verifyAccessToken(body.access_token)).toMatchObject({
      ok: true,
      caller: { kind: "ManagedIdentity", access: "Owner", appId: body.client_id },
    });
  });

  test("the server accepts the token of an identity that it has never seen", async () => {
    const { access_token: token } = (await imds({ client_id: "fresh" })).json<TokenStrings>();
    const other = await openAuthorityApp();
    const verdict = await other.authority.verifyAccessToken(token);
    expect(verdict).toMatchObject({ ok: true, caller: { kind: "ManagedIdentity", name: "fresh", access: "Owner" } });
    await other.close();
  });
});

describe("a user-assigned identity", () => {
  const claims = async (query: Record<string, string>) =>
    claimsOf((await imds(query)).json<TokenStrings>().access_token);

  test("a user-assigned identity is added by its first request, and keeps its object id", async () => {
    const first = await claims({ client_id: "my-identity" });
    expect(first["appid"]).toBe("my-identity");
    expect((await claims({ client_id: "MY-IDENTITY" }))["oid"]).toBe(first["oid"]);
    expect((await claims({}))["oid"]).not.toBe(first["oid"]);
  });

  test("a user-assigned identity is found by its object id, under App Service's name for it too", async () => {
    const objectId = "7F3F2F57-5f0a-4a39-8d4e-4b8c1a0b9c22";
    expect(await claims({ object_id: objectId })).toMatchObject({ oid: objectId.toLowerCase() });
    const response = await appService({ principal_id: objectId });
    expect(claimsOf(response.json<TokenStrings>().access_token)).toMatchObject({ oid: objectId.toLowerCase() });
  });

  test("a user-assigned identity is found by its resource id", async () => {
    const id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/one";
    expect(await claims({ mi_res_id: id })).toMatchObject({ xms_mirid: id });
    expect((await claims({ msi_res_id: id }))["oid"]).toBe((await claims({ mi_res_id: id.toUpperCase() }))["oid"]);
  });

  test("the endpoint refuses an object id that is not a GUID", async () => {
    const response = await imds({ object_id: "owner" });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: "invalid_request" });
  });

  test("the endpoint refuses the object id of a user", async () => {
    const user = await open.authority.directory.ensure(userPrincipal(defaultTenantId, localUsers[1]));
    expect((await imds({ object_id: user.objectId })).statusCode).toBe(400);
  });
});

describe("requests that a program was made to send", () => {
  test("the endpoint refuses a request without the metadata header", async () => {
    const response = await ask(imdsQuery, {});
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: "bad_request_102",
      error_description: "Required metadata header not specified",
    });
  });

  test("the endpoint refuses a request that was forwarded", async () => {
    const response = await imds({}, { "x-forwarded-for": "10.0.0.1" });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: "bad_request_102" });
  });

  test.each([undefined, ""])("the endpoint refuses a request without an identity header: %s", async (header) => {
    const response = await ask(appServiceQuery, header === undefined ? {} : { "x-identity-header": header });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({
      statusCode: 401,
      message: "The X-IDENTITY-HEADER header is missing or is not the value of IDENTITY_HEADER.",
    });
  });

  test("the endpoint refuses a request with another identity header than the configured one", async () => {
    const strict = buildManagedIdentity({
      authority: open.authority,
      log: open.authority.log,
      identityHeader: "expected",
    });
    const send = (value: string) =>
      strict.inject({ url: path, query: appServiceQuery, headers: { host: "localhost", "x-identity-header": value } });
    expect((await send("guessed")).statusCode).toBe(401);
    expect((await send("expected")).statusCode).toBe(200);
    await strict.close();
  });

  test.each(["rebound.evil.example", "localhost.evil.example", "127.0.0.1.nip.io:8444", "user@localhost"])(
    "the endpoint refuses a page on a name that was rebound to this machine: %s",
    async (host) => {
      expect((await imds({}, { host })).statusCode).toBe(400);
      expect((await appService({}, { host })).statusCode).toBe(400);
    },
  );

  test.each(["169.254.169.254", "localhost:1", "[::1]:1"])(
    "the endpoint accepts a name of this machine: %s",
    async (host) => {
      expect((await imds({}, { host })).statusCode).toBe(200);
    },
  );
});

describe("invalid requests for a managed identity's token", () => {
  test.each([
    ["a resource", { resource: "" }, "invalid_request", "Required query variable 'resource' is missing"],
    ["a valid resource", { resource: "nothing" }, "invalid_resource", "AADSTS500011"],
    ["an api-version", { "api-version": "" }, "bad_request", "Required query variable 'api-version' is missing"],
    [
      "a known api-version",
      { "api-version": "2017-09-01" },
      "bad_request",
      "The supported versions are '2018-02-01,2019-08-01'",
    ],
  ])("the endpoint requires %s", async (_what, query, error, message) => {
    const response = await imds(query);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error, error_description: expect.stringContaining(message) as string });
  });

  test("the endpoint refuses a repeated parameter", async () => {
    const url = `${path}?api-version=2018-02-01&resource=a:b&resource=c:d`;
    const response = await app.inject({ url, headers: { host: "localhost", metadata: "true" } });
    expect(response.json()).toMatchObject({ error: "bad_request" });
  });
});

test.each(["/", "/metadata/instance?api-version=2018-02-01", "/hunter2"])(
  "the endpoint refuses the unknown path %s in IMDS's form",
  async (url) => {
    for (const method of ["GET", "POST"] as const) {
      const response = await app.inject({ method, url, headers: { host: "localhost" } });
      expect(response.statusCode).toBe(404);
      expect(response.json()).toEqual({ error: "not_found", error_description: "The requested path is not served" });
    }
  },
);

test("the endpoint listens on loopback and reports its address", async () => {
  const running = await startManagedIdentity({ authority: open.authority, port: 0, log: open.authority.log });
  expect(running.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const query = new URLSearchParams(imdsQuery).toString();
  const response = await fetch(`${running.url}${path}?${query}`, { headers: { metadata: "true" } });
  expect(response.status).toBe(200);
  await running.close();
  await expect(fetch(running.url)).rejects.toThrow("fetch failed");
});

test("an internal error is sent without details", async () => {
  const broken = await openAuthorityApp();
  await broken.temp.close();
  const server = buildManagedIdentity({ authority: broken.authority, log: broken.authority.log });
  const response = await server.inject({
    url: path,
    query: imdsQuery,
    headers: { host: "localhost", metadata: "true" },
  });
  expect(response.statusCode).toBe(500);
  expect(response.json()).toMatchObject({ error: "unknown" });
});
