import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAuthority } from "../../../src/identity/authority.ts";
import { redeemCode } from "../../../src/identity/flows/authorization-code.ts";
import {
  authorizeUrl,
  claimsOf,
  openAuthorityApp,
  postForm,
  readForm,
  redirected,
  signIn,
  tokensOf,
} from "../../support/authority-app.ts";
import type { AuthorityApp } from "../../support/authority-app.ts";

const tenant = "0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40";
const otherTenant = "7f3f2f57-5f0a-4a39-8d4e-4b8c1a0b9c22";
const redirectUri = "http://localhost:49152";
const verifier = "dBjftJeZ4CVP-mBPOZnT1h8dTh9lO2FyfKf0N8zWcJ0";
const challenge = createHash("sha256").update(verifier).digest("base64url");
const request = {
  client_id: "app",
  redirect_uri: redirectUri,
  response_type: "code",
  scope: "https://management.azure.com/.default openid offline_access",
  state: "xyz",
  nonce: "n-1",
  code_challenge: challenge,
  code_challenge_method: "S256",
};
const redemption = {
  grant_type: "authorization_code",
  client_id: "app",
  redirect_uri: redirectUri,
  code_verifier: verifier,
};

let open: AuthorityApp;
beforeEach(async () => {
  open = await openAuthorityApp();
});
afterEach(() => open.close());

async function getCode(change: Record<string, string> = {}, name = "common"): Promise<string> {
  const url = authorizeUrl(`/${name}/oauth2/v2.0/authorize`, { ...request, ...change });
  return redirected(await signIn(open.app, url)).get("code") ?? "";
}

const redeem = (fields: Record<string, string>, name = "common") =>
  postForm(open.app, `/${name}/oauth2/v2.0/token`, { ...redemption, ...fields });

describe("an authorization code", () => {
  test("the token endpoint exchanges a code for tokens, given its verifier", async () => {
    const response = await redeem({ code: await getCode() });
    expect(response.statusCode).toBe(200);
    const body = tokensOf(response);
    expect(claimsOf(body.access_token)).toMatchObject({
      aud: "https://management.azure.com",
      upn: "owner@cuprite.local",
    });
    expect(claimsOf(body.id_token)).toMatchObject({ aud: "app", nonce: "n-1" });
    expect(body.refresh_token).toMatch(/^[\w-]{43}$/);
    expect(await open.authority.verifyAccessToken(body.access_token)).toMatchObject({ ok: true });
  });

  test("the authorization endpoint sends a code to Azure CLI in a form, with client_info", async () => {
    const asked = { ...request, response_mode: "form_post", client_info: "1", prompt: "select_account" };
    const page = await signIn(open.app, authorizeUrl("/organizations/oauth2/v2.0/authorize", asked));
    const { action, fields } = readForm(page.body);
    expect(action).toBe(`${redirectUri}/`);
    expect(Object.keys(fields)).toEqual(["code", "client_info", "state"]);
    expect((await redeem({ code: fields["code"] ?? "" }, "organizations")).statusCode).toBe(200);
  });

  test("an id token beside a code is bound to it by c_hash", async () => {
    const url = authorizeUrl("/common/oauth2/v2.0/authorize", { ...request, response_type: "code id_token" });
    const answer = redirected(await signIn(open.app, url));
    const hash = createHash("sha256")
      .update(answer.get("code") ?? "")
      .digest();
    expect(claimsOf(answer.get("id_token"))).toMatchObject({ c_hash: hash.subarray(0, 16).toString("base64url") });
  });

  test("the store has the hash of a code and not the code", async () => {
    const code = await getCode();
    const files = [open.temp.file, `${open.temp.file}-wal`].map((file) => readFileSync(file, "latin1"));
    expect(files.join("")).not.toContain(code);
  });

  test("a code survives a restart of the server", async () => {
    const code = await getCode();
    const { store, clock, log } = open.authority;
    const again = await createAuthority({ store, clock, log, dataDir: open.dataDir, registeredRedirectUris: [] });
    expect(await redeemCode(again, code, async () => undefined)).toMatchObject({ document: { clientId: "app" } });
  });
});

describe("the token endpoint refuses a stolen code", () => {
  test("the token endpoint refuses a code without its verifier (PKCE left out)", async () => {
    const response = await redeem({ code: await getCode(), code_verifier: "" });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: "invalid_request", error_codes: [900144] });
  });

  test("the token endpoint refuses a code with another verifier", async () => {
    const response = await redeem({ code: await getCode(), code_verifier: "a".repeat(43) });
    expect(response.json()).toMatchObject({ error: "invalid_grant", error_codes: [501481] });
  });

  test("the token endpoint refuses the challenge as the verifier (PKCE downgrade to plain)", async () => {
    const response = await redeem({ code: await getCode(), code_verifier: challenge });
    expect(response.json()).toMatchObject({ error_codes: [501481] });
  });

  test("the token endpoint refuses a verifier for a code whose challenge was removed on the way (PKCE downgrade to none)", async () => {
    const code = await getCode({ code_challenge: "", code_challenge_method: "" });
    expect((await redeem({ code })).json()).toMatchObject({ error: "invalid_grant", error_codes: [501481] });
  });

  test("the token endpoint refuses a code without a challenge from a client that does not prove who it is", async () => {
    const code = await getCode({ code_challenge: "", code_challenge_method: "" });
    const response = await redeem({ code, code_verifier: "" });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ error: "invalid_client", error_codes: [7000218] });
    expect((await redeem({ code, code_verifier: "", client_secret: "secret" })).statusCode).toBe(200);
  });

  test("the token endpoint refuses a code from another client", async () => {
    const response = await redeem({ code: await getCode(), client_id: "other" });
    expect(response.json()).toMatchObject({ error: "invalid_grant", error_codes: [700005] });
  });

  test("the token endpoint refuses a code with another redirect URI", async () => {
    const response = await redeem({ code: await getCode(), redirect_uri: `${redirectUri}/` });
    expect(response.json()).toMatchObject({ error: "invalid_grant", error_codes: [500112] });
  });

  test("the token endpoint refuses a code under another tenant", async () => {
    const code = await getCode({}, tenant);
    expect((await redeem({ code }, otherTenant)).json()).toMatchObject({
      error: "invalid_grant",
      error_codes: [700005],
    });
    expect((await redeem({ code }, tenant)).statusCode).toBe(200);
  });

  test("the token endpoint refuses a code after ten minutes", async () => {
    const code = await getCode();
    await open.clock.advance(10 * 60_000);
    expect((await redeem({ code })).json()).toMatchObject({ error: "invalid_grant", error_codes: [70008] });
  });

  test("the token endpoint refuses a made-up code", async () => {
    expect((await redeem({ code: "A".repeat(43) })).json()).toMatchObject({
      error: "invalid_grant",
      error_codes: [9002313],
    });
  });

  test("the token endpoint refuses a code as a refresh token", async () => {
    const response = await redeem({ grant_type: "refresh_token", refresh_token: await getCode() });
    expect(response.json()).toMatchObject({ error: "invalid_grant", error_codes: [9002313] });
  });

  test("the token endpoint refuses a code the second time and revokes the first refresh token", async () => {
    const code = await getCode();
    const { refresh_token: token } = tokensOf(await redeem({ code }));
    const reuse = await redeem({ code });
    expect(reuse.statusCode).toBe(400);
    expect(reuse.json()).toMatchObject({ error: "invalid_grant", error_codes: [54005] });
    const refresh = await redeem({ grant_type: "refresh_token", refresh_token: token });
    expect(refresh.json()).toMatchObject({ error: "invalid_grant", error_codes: [9002313] });
  });

  test("only one of many simultaneous requests redeems a code", async () => {
    const code = await getCode();
    const responses = await Promise.all(Array.from({ length: 8 }, () => redeem({ code })));
    expect(responses.map((response) => response.statusCode).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 7 }, () => 400),
    ]);
  });
});

describe("refresh tokens", () => {
  const refresh = (token: string, fields: Record<string, string> = {}, name = "common") =>
    postForm(open.app, `/${name}/oauth2/v2.0/token`, {
      grant_type: "refresh_token",
      client_id: "app",
      refresh_token: token,
      ...fields,
    });
  const firstToken = async (): Promise<string> => tokensOf(await redeem({ code: await getCode() })).refresh_token;

  test("a refresh token is exchanged for new tokens, including a new refresh token", async () => {
    const token = await firstToken();
    const response = await refresh(token);
    expect(response.statusCode).toBe(200);
    const body = tokensOf(response);
    expect(claimsOf(body.access_token)).toMatchObject({ upn: "owner@cuprite.local" });
    expect(body.refresh_token).not.toBe(token);
    expect(body).toHaveProperty("id_token");
    expect((await refresh(body.refresh_token)).statusCode).toBe(200);
  });

  test("an exchanged refresh token stays valid for five minutes, for clients that share a cache", async () => {
    const token = await firstToken();
    const next = tokensOf(await refresh(token)).refresh_token;
    await open.clock.advance(5 * 60_000 - 1);
    expect((await refresh(token)).statusCode).toBe(200);
    await open.clock.advance(1);
    expect((await refresh(token)).json()).toMatchObject({ error: "invalid_grant", error_codes: [70008] });
    expect((await refresh(next)).statusCode).toBe(200);
  });

  test("a refresh token expires after ninety days without use", async () => {
    const token = await firstToken();
    await open.clock.advance(90 * 24 * 60 * 60_000);
    expect((await refresh(token)).json()).toMatchObject({ error: "invalid_grant", error_codes: [70008] });
  });

  test("a refresh token gets tokens for another resource, as in Azure", async () => {
    const body = tokensOf(await refresh(await firstToken(), { scope: "https://redis.azure.com/.default" }));
    expect(claimsOf(body.access_token)).toMatchObject({ aud: "https://redis.azure.com" });
  });

  test("a refresh token of `organizations` gets tokens of a tenant, in which the user has another object id", async () => {
    const token = await firstToken();
    const home = claimsOf(tokensOf(await refresh(token)).access_token);
    const there = claimsOf(tokensOf(await refresh(token, {}, tenant)).access_token);
    expect(there).toMatchObject({ tid: tenant, upn: "owner@cuprite.local" });
    expect(there["oid"]).not.toBe(home["oid"]);
  });

  test("another client cannot use a refresh token", async () => {
    const response = await refresh(await firstToken(), { client_id: "other" });
    expect(response.json()).toMatchObject({ error: "invalid_grant", error_codes: [700005] });
  });

  test("Microsoft's own command lines share refresh tokens", async () => {
    const azureCli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
    const powerShell = "1950a258-227b-4e31-a9cf-717495945fc2";
    const code = await getCode({ client_id: azureCli });
    const token = tokensOf(await redeem({ code, client_id: azureCli })).refresh_token;
    expect((await refresh(token, { client_id: powerShell })).statusCode).toBe(200);
  });
});
