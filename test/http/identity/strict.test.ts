import { SignJWT, generateKeyPair } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  managedIdentity,
  namedUser,
  servicePrincipal,
  defaultTenantId,
} from "../../../src/identity/principals/local-principals.ts";
import { hashSecret } from "../../../src/identity/principals/secrets.ts";
import { authorizeUrl, get, openAuthorityApp, origin, postForm, tokensOf } from "../../support/authority-app.ts";
import type { AuthorityApp } from "../../support/authority-app.ts";

const tokenPath = "/organizations/oauth2/v2.0/token";
const scope = "https://management.azure.com/.default";
const clientId = "registered-app";
const ownerPassword = "correct horse";

let open: AuthorityApp;
beforeAll(async () => {
  open = await openAuthorityApp({ strict: { administratorPassword: ownerPassword } });
  const { directory } = open.authority;
  await directory.register(servicePrincipal(defaultTenantId, clientId), hashSecret("its secret"));
  await directory.register(servicePrincipal(defaultTenantId, "without-secret"));
  for (const name of ["alice@cuprite.local", "guest@cuprite.local"]) {
    await directory.register(namedUser(defaultTenantId, name), hashSecret(`of ${name}`));
  }
});
afterAll(() => open.close());

const askAs = (fields: Record<string, string>, path = tokenPath) =>
  postForm(open.app, path, { grant_type: "client_credentials", scope, client_id: clientId, ...fields });

const accessWith = async (token: string) => {
  const verdict = await open.authority.verifyAccessToken(token);
  return verdict.ok ? verdict.caller.access : verdict.problem;
};

describe("a client of a strict authority", () => {
  test("a client gets a token for its secret, and may do nothing without a role", async () => {
    const response = await askAs({ client_secret: "its secret" });
    expect(response.statusCode).toBe(200);
    expect(await accessWith(tokensOf(response).access_token)).toBe("None");
  });

  test("a client may send its secret in the Authorization header", async () => {
    const authorization = `Basic ${Buffer.from(`${clientId}:its+secret`).toString("base64")}`;
    const form = { grant_type: "client_credentials", scope };
    expect((await postForm(open.app, tokenPath, form, { authorization })).statusCode).toBe(200);
  });

  test.each([
    ["with another secret", { client_secret: "another" }],
    ["that has no secret", { client_id: "without-secret", client_secret: "its secret" }],
  ])("a strict authority refuses a client %s", async (_, fields) => {
    const response = await askAs(fields);
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ error: "invalid_client", error_codes: [7000215] });
    expect(response.json<{ error_description: string }>().error_description).toMatch(
      /^AADSTS7000215: Invalid client secret provided\. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '.+'\. Trace ID/,
    );
  });

  test.each([
    ["that nobody added", { client_id: "stranger", client_secret: "its secret" }, tokenPath],
    [
      "that was added to another tenant",
      { client_secret: "its secret" },
      "/0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40/oauth2/v2.0/token",
    ],
  ])("a strict authority does not find a client %s", async (_, fields, path) => {
    const response = await askAs(fields, path);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: "unauthorized_client", error_codes: [700016] });
  });

  test("a strict authority refuses client assertions, because it knows no client's key", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const exp = open.clock.nowMs() / 1000 + 60;
    const claims = { iss: clientId, sub: clientId, aud: `${origin}${tokenPath}`, exp };
    const assertion = await new SignJWT(claims).setProtectedHeader({ alg: "RS256" }).sign(privateKey);
    const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    const response = await askAs({ client_assertion: assertion, client_assertion_type: type });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ error: "invalid_client", error_codes: [700027] });
  });

  test("a client needs its secret for users' tokens too, unless it is public", async () => {
    const user = { grant_type: "password", username: "owner@cuprite.local", password: ownerPassword };
    expect((await askAs({ ...user, client_secret: "wrong" })).statusCode).toBe(401);
    const without = await askAs(user);
    expect(without.json()).toMatchObject({ error: "invalid_client", error_codes: [7000218] });
    expect((await askAs({ ...user, client_id: "public-app" })).statusCode).toBe(200);
  });
});

describe("under a strict authority", () => {
  test.each([
    ["owner@cuprite.local", ownerPassword, "Owner"],
    ["guest@cuprite.local", "of guest@cuprite.local", "None"],
    ["Alice@cuprite.local", "of alice@cuprite.local", "None"],
  ])("%s with the password '%s' has the expected access: %s", async (username, password, access) => {
    const response = await askAs({ grant_type: "password", username, password, client_id: "public-app" });
    expect(await accessWith(tokensOf(response).access_token)).toBe(access);
  });

  test("a managed identity may do nothing until a role is assigned to it", async () => {
    const identity = managedIdentity(defaultTenantId, {});
    expect(identity && open.authority.accessOf(identity)).toBe("None");
  });
});

describe("users who were added", () => {
  const url = authorizeUrl("/organizations/oauth2/v2.0/authorize", {
    client_id: "web",
    response_type: "code",
    redirect_uri: "http://localhost:5000/callback",
    scope,
    login_hint: "alice@cuprite.local",
  });

  test("added users are on the sign-in page after the test users, and the hinted one is selected", async () => {
    const page = (await get(open.app, url)).body;
    const names = [...page.matchAll(/name="user" id="([^"]+)"/g)].map(([, name]) => name);
    expect(names).toEqual(["owner@cuprite.local", "guest@cuprite.local", "alice@cuprite.local"]);
    expect(page).toMatch(/id="alice@cuprite\.local"[^>]* checked/);
  });

  test("added users belong to one tenant, unlike the test users", async () => {
    const path = "/0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40/oauth2/v2.0/token";
    const user = { grant_type: "password", password: "any", client_id: "public-app" };
    const response = await askAs({ ...user, username: "alice@cuprite.local" }, path);
    expect(response.json()).toMatchObject({ error: "invalid_grant", error_codes: [50034] });
    expect(response.json<{ error_description: string }>().error_description).toMatch(
      /^AADSTS50034: The user account does not exist in the directory\. Trace ID/,
    );
    const owner = { ...user, username: "owner@cuprite.local", password: ownerPassword };
    expect((await askAs(owner, path)).statusCode).toBe(200);
  });
});
