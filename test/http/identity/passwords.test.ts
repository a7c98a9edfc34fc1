import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { managedIdentity, namedUser, defaultTenantId } from "../../../src/identity/principals/local-principals.ts";
import { createAuthority } from "../../../src/identity/authority.ts";
import { buildManagedIdentity } from "../../../src/identity/flows/managed-identity.ts";
import { registerAuthority } from "../../../src/identity/routes.ts";
import { hashSecret } from "../../../src/identity/principals/secrets.ts";
import { fastify } from "fastify";
import {
  authorizeUrl,
  claimsOf,
  get,
  openAuthorityApp,
  origin,
  postForm,
  readForm,
  redirected,
  signIn,
  tokensOf,
} from "../../support/authority-app.ts";
import type { AuthorityApp } from "../../support/authority-app.ts";
import { keepingLog } from "../../support/keeping-log.ts";

const ownerPassword = "correct horse";
const owner = "owner@cuprite.local";
const guest = "guest@cuprite.local";
const tokenPath = "/organizations/oauth2/v2.0/token";
const scope = "https://management.azure.com/.default offline_access";
const otherTenant = "0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40";
const redirectUri = "http://localhost:5000/callback";
const wrongSentence = "AADSTS50126: Error validating credentials due to invalid username or password.";
const lockedSentence =
  "AADSTS50053: The account is locked, you&#39;ve tried to sign in too many times with an incorrect user ID or password.";

const { log, lines } = keepingLog("trace");
let open: AuthorityApp;
beforeEach(async () => {
  open = await openAuthorityApp({ strict: { administratorPassword: ownerPassword }, log });
});
afterEach(() => open.close());

const askWith = (password: string, username = owner, path = tokenPath) =>
  postForm(open.app, path, { grant_type: "password", client_id: "app", scope, username, password });

const implicitUrl = authorizeUrl("/common/oauth2/v2.0/authorize", {
  client_id: "app",
  redirect_uri: redirectUri,
  response_type: "token",
  scope: "https://management.azure.com/.default",
});

const choose = async (choice: Record<string, string>) => await signIn(open.app, implicitUrl, choice);

describe("the password grant of a strict authority", () => {
  test("the password grant accepts only the owner's own password, in every tenant", async () => {
    expect(claimsOf(tokensOf(await askWith(ownerPassword)).access_token)).toMatchObject({ upn: owner });
    const elsewhere = await askWith(ownerPassword, owner, `/${otherTenant}/oauth2/v2.0/token`);
    expect(claimsOf(tokensOf(elsewhere).access_token)).toMatchObject({ upn: owner, tid: otherTenant });
    const refused = await askWith("any", owner, `/${otherTenant}/oauth2/v2.0/token`);
    expect(refused.json()).toMatchObject({ error: "invalid_grant", error_codes: [50126] });
  });

  test.each(["any", "Correct horse", `${ownerPassword} `, "x".repeat(1_000)])(
    "the password grant refuses the wrong password '%s' in Entra's form",
    async (password) => {
      const response = await askWith(password);
      expect(response.statusCode).toBe(400);
      expect(response.json()).toMatchObject({ error: "invalid_grant", error_codes: [50126] });
      const { error_description: sentence } = response.json<{ error_description: string }>();
      expect(sentence.startsWith(`${wrongSentence} Trace ID`)).toBe(true);
    },
  );

  test("the password grant refuses a user without a password, and accepts the one that was given later", async () => {
    expect((await askWith("any", guest)).json()).toMatchObject({ error_codes: [50126] });
    await open.authority.directory.register(namedUser(defaultTenantId, guest), hashSecret("the guest's"));
    expect((await askWith("the guest's", guest)).statusCode).toBe(200);
    expect((await askWith(ownerPassword, guest)).json()).toMatchObject({ error_codes: [50126] });
  });

  test("the log has no password", async () => {
    await askWith(ownerPassword);
    await askWith("hunter2-wrong");
    await choose({ user: owner, password: "hunter2-wrong" });
    expect(lines().length).toBeGreaterThan(2);
    expect(JSON.stringify(lines())).not.toMatch(/correct horse|hunter2/);
  });
});

describe("guessed passwords", () => {
  const guessWrongly = async (times: number) =>
    (await Promise.all(Array.from({ length: times }, (_, at) => askWith(`wrong ${at}`)))).map(
      (response) => response.json<{ error_codes: number[] }>().error_codes[0],
    );

  test("ten wrong passwords lock the account for a minute, and each further one locks it again", async () => {
    expect(await guessWrongly(12)).toEqual([...Array.from({ length: 10 }, () => 50126), 50053, 50053]);
    expect((await askWith(ownerPassword)).json()).toMatchObject({ error: "invalid_grant", error_codes: [50053] });
    await open.clock.advance(60_000);
    expect(await guessWrongly(2)).toEqual([50126, 50053]);
    await open.clock.advance(60_000);
    expect((await askWith(ownerPassword)).statusCode).toBe(200);
    expect(await guessWrongly(2)).toEqual([50126, 50126]);
  });

  test("wrong passwords are counted over all tenants and pages", async () => {
    for (let at = 0; at < 5; at += 1) {
      await askWith("wrong", owner, `/${otherTenant}/oauth2/v2.0/token`);
      await choose({ user: owner, password: "wrong" });
    }
    expect((await choose({ user: owner, password: ownerPassword })).body).toContain(lockedSentence);
  });

  test("wrong passwords lock no other account", async () => {
    await open.authority.directory.register(namedUser(defaultTenantId, guest), hashSecret("the guest's"));
    await guessWrongly(10);
    expect((await askWith("the guest's", guest)).statusCode).toBe(200);
  });
});

describe("the sign-in page of a strict authority", () => {
  test("the sign-in page asks for a password and signs nobody in without one", async () => {
    expect((await get(open.app, implicitUrl)).body).toMatch(/<input type="password" [^>]*name="password" required/);
    const page = await choose({ user: owner });
    expect(page.statusCode).toBe(400);
    expect(page.body).toContain(`<p role="alert">${wrongSentence}</p>`);
    expect(page.body).not.toContain("access_token");
  });

  test("the sign-in page is shown again after a wrong password, with the same user selected, and then works", async () => {
    const again = await choose({ user: guest, password: "hunter2-wrong" });
    expect(again.statusCode).toBe(400);
    expect(again.headers.location).toBeUndefined();
    expect(again.body).toMatch(/id="guest@cuprite\.local"[^>]* checked/);
    expect(again.body).not.toContain("hunter2");
    const { action, fields } = readForm(again.body);
    const choice = { ...fields, user: owner, password: ownerPassword, decision: "accept" };
    const done = await postForm(open.app, action, choice, { origin });
    expect(claimsOf(redirected(done).get("access_token"))).toMatchObject({ upn: owner });
  });

  test("the sign-in page lets a person decline without a password", async () => {
    expect(redirected(await choose({ user: owner, decision: "decline" })).get("error")).toBe("access_denied");
  });

  test.each([
    ["id_token", { response_type: "id_token", nonce: "n" }],
    ["code", { response_type: "code" }],
    ["code id_token", { response_type: "code id_token", nonce: "n" }],
  ])("the sign-in page sends no %s after a wrong password", async (_, asked) => {
    const url = authorizeUrl("/common/oauth2/v2.0/authorize", {
      client_id: "app",
      redirect_uri: redirectUri,
      scope: `openid ${scope}`,
      ...asked,
    });
    const page = await signIn(open.app, url, { user: owner });
    expect(page.statusCode).toBe(400);
    expect(page.headers.location).toBeUndefined();
  });

  test("the sign-in page has no password field where the authority is not strict", async () => {
    const lenient = await openAuthorityApp();
    expect((await get(lenient.app, implicitUrl)).body).not.toContain(`name="password"`);
    await lenient.close();
  });
});

describe("a device under a strict authority", () => {
  const poll = (code: string) =>
    postForm(open.app, tokenPath, { grant_type: "device_code", client_id: "app", device_code: code });

  test("a device gets tokens after its user sent the right password", async () => {
    const codes = (await postForm(open.app, "/common/oauth2/v2.0/devicecode", { client_id: "app", scope })).json<{
      user_code: string;
      device_code: string;
    }>();
    const page = await postForm(open.app, "/devicelogin", { user_code: codes.user_code }, { origin });
    const { action, fields } = readForm(page.body);
    const choice = { ...fields, user: owner, decision: "accept" };
    const again = await postForm(open.app, action, { ...choice, password: "wrong" }, { origin });
    expect(again.statusCode).toBe(400);
    expect(again.body).toContain(`<p role="alert">${wrongSentence}</p>`);
    expect((await poll(codes.device_code)).json()).toMatchObject({ error: "authorization_pending" });
    await postForm(open.app, action, { ...choice, password: ownerPassword }, { origin });
    const tokens = tokensOf(await poll(codes.device_code));
    expect(claimsOf(tokens.access_token)).toMatchObject({ upn: owner });
    const refreshed = { grant_type: "refresh_token", client_id: "app", refresh_token: tokens.refresh_token };
    expect((await postForm(open.app, tokenPath, refreshed)).statusCode).toBe(200);
  });
});

describe("a grant from before the authority was strict", () => {
  test("a strict authority refuses a refresh token from before it was strict", async () => {
    const lenient = await openLenient();
    const before = await postForm(lenient, tokenPath, {
      grant_type: "password",
      client_id: "app",
      scope,
      username: owner,
      password: "any",
    });
    const challenge = createHash("sha256").update("v".repeat(43)).digest("base64url");
    const asked = { client_id: "app", redirect_uri: redirectUri, response_type: "code", scope };
    const url = authorizeUrl("/common/oauth2/v2.0/authorize", {
      ...asked,
      code_challenge: challenge,
      code_challenge_method: "S256",
    });
    const code = redirected(await signIn(lenient, url)).get("code") ?? "";
    const refresh = { grant_type: "refresh_token", refresh_token: tokensOf(before).refresh_token };
    const redeem = { grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: "v".repeat(43) };
    for (const grant of [refresh, redeem]) {
      const response = await postForm(open.app, tokenPath, { client_id: "app", ...grant });
      expect(response.json()).toMatchObject({ error: "invalid_grant", error_codes: [50173] });
    }
  });

  /** An authority that is not strict, on the same store and keys. */
  async function openLenient() {
    const { temp, dataDir, clock } = open;
    const authority = await createAuthority({ store: temp.store, dataDir, clock, log, registeredRedirectUris: [] });
    const app = fastify();
    await registerAuthority(app, authority);
    return app;
  }
});

describe("a refresh token under a strict authority", () => {
  test("a refresh token is revoked when its user gets another password, and stays valid after a refusal for another reason", async () => {
    const { directory } = open.authority;
    await directory.register(namedUser(defaultTenantId, guest), hashSecret("the guest's"));
    const { refresh_token: token } = tokensOf(await askWith("the guest's", guest));
    const refresh = (clientId: string) =>
      postForm(open.app, tokenPath, { grant_type: "refresh_token", client_id: clientId, refresh_token: token });
    expect((await refresh("other")).json()).toMatchObject({ error_codes: [700005] });
    expect((await refresh("app")).statusCode).toBe(200);
    await directory.register(namedUser(defaultTenantId, guest), hashSecret("another"));
    const refused = await refresh("app");
    expect(refused.json()).toMatchObject({ error: "invalid_grant", error_codes: [50173] });
    expect(refused.json<{ error_description: string }>().error_description).toMatch(
      /^AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed\. The user might have changed or reset their password\. Trace ID/,
    );
  });

  const refreshIn = async (tenant: string, token: string) =>
    tokensOf(
      await postForm(open.app, `/${tenant}/oauth2/v2.0/token`, {
        grant_type: "refresh_token",
        client_id: "app",
        refresh_token: token,
      }),
    ).access_token;

  test("a refresh token gets no token of a user with the same name in another tenant, except for the owner", async () => {
    await open.authority.directory.register(namedUser(defaultTenantId, guest), hashSecret("the guest's"));
    await open.authority.directory.register(namedUser(otherTenant, guest), hashSecret("another's"));
    const guests = tokensOf(await askWith("the guest's", guest)).refresh_token;
    expect(claimsOf(await refreshIn(otherTenant, guests))).toMatchObject({ tid: defaultTenantId });
    const owners = tokensOf(await askWith(ownerPassword)).refresh_token;
    expect(claimsOf(await refreshIn(otherTenant, owners))).toMatchObject({ tid: otherTenant, upn: owner });
  });
});

test("a strict authority issues tokens only for managed identities that were added", async () => {
  const app = buildManagedIdentity({ authority: open.authority, log });
  const url = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com/";
  const ask = () => app.inject({ url, headers: { host: "127.0.0.1", metadata: "true" } });
  const refused = await ask();
  expect(refused.statusCode).toBe(400);
  expect(refused.json()).toEqual({
    error: "invalid_request",
    error_description: "Identity not found: no managed identity was added that was asked for",
  });
  const identity = managedIdentity(defaultTenantId, {});
  if (identity !== undefined) await open.authority.directory.register(identity);
  expect((await ask()).statusCode).toBe(200);
  await app.close();
});
