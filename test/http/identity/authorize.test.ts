import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultTenantId } from "../../../src/identity/principals/local-principals.ts";
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
} from "../../support/authority-app.ts";
import type { AuthorityApp } from "../../support/authority-app.ts";

const v1 = "/common/oauth2/authorize";
const v2 = "/common/oauth2/v2.0/authorize";
const redirectUri = "http://localhost:3000/callback";
const implicit = {
  client_id: "app",
  redirect_uri: redirectUri,
  response_type: "token",
  scope: "https://management.azure.com/.default",
  state: "xyz",
};

let open: AuthorityApp;
beforeAll(async () => {
  open = await openAuthorityApp({ registeredRedirectUris: ["https://app.example.com/callback?tenant=1"] });
});
afterAll(() => open.close());

describe("the implicit flow", () => {
  test("the implicit flow sends an access token for Resource Manager in the fragment", async () => {
    const response = await signIn(open.app, authorizeUrl(v2, implicit));
    expect(response.statusCode).toBe(302);
    const location = String(response.headers.location);
    expect(location.startsWith(`${redirectUri}#access_token=`)).toBe(true);
    const answer = redirected(response);
    expect([...answer.keys()]).toEqual(["access_token", "token_type", "expires_in", "scope", "state"]);
    expect(Object.fromEntries(answer)).toMatchObject({
      token_type: "Bearer",
      expires_in: "4500",
      scope: "https://management.azure.com/user_impersonation https://management.azure.com/.default",
      state: "xyz",
    });
    const token = answer.get("access_token") ?? "";
    expect(claimsOf(token)).toMatchObject({ scp: "user_impersonation", upn: "owner@cuprite.local", appid: "app" });
    expect(await open.authority.verifyAccessToken(token)).toMatchObject({
      ok: true,
      caller: { access: "Owner" },
    });
  });

  test.each([
    ["a resource", { resource: "https://management.core.windows.net/" }, "https://management.core.windows.net/"],
    ["only the scope of API descriptions", { scope: "user_impersonation" }, "https://management.azure.com/"],
    ["no resource", {}, "https://management.azure.com/"],
  ])("a v1 sign-in with %s is for %s", async (_what, asked, audience) => {
    const { scope: _, ...rest } = implicit;
    const answer = redirected(await signIn(open.app, authorizeUrl(v1, { ...rest, ...asked })));
    expect(claimsOf(answer.get("access_token"))).toMatchObject({ aud: audience, tid: defaultTenantId });
    expect(answer.get("scope")).toBe("user_impersonation");
  });

  test("the implicit flow signs in the user that the person chooses", async () => {
    const answer = redirected(await signIn(open.app, authorizeUrl(v2, implicit), { user: "guest@cuprite.local" }));
    const verdict = await open.authority.verifyAccessToken(answer.get("access_token") ?? "");
    expect(verdict).toMatchObject({ ok: true, caller: { name: "guest@cuprite.local", access: "None" } });
  });

  test("an id token is bound to the access token beside it and to the nonce", async () => {
    const asked = { ...implicit, response_type: "id_token token", nonce: "n-1" };
    const answer = redirected(await signIn(open.app, authorizeUrl(v2, asked)));
    const hash = createHash("sha256")
      .update(answer.get("access_token") ?? "")
      .digest();
    expect(claimsOf(answer.get("id_token"))).toMatchObject({
      aud: "app",
      iss: `${origin}/${defaultTenantId}/v2.0`,
      nonce: "n-1",
      at_hash: hash.subarray(0, 16).toString("base64url"),
    });
  });

  test("the implicit flow sends only an id token where only that is asked for", async () => {
    const asked = { ...implicit, response_type: "id_token", nonce: "n-1", scope: "openid" };
    const answer = redirected(await signIn(open.app, authorizeUrl(v2, asked)));
    expect([...answer.keys()]).toEqual(["id_token", "state"]);
  });

  test("the answer names the account where the client asks for client_info", async () => {
    const answer = redirected(await signIn(open.app, authorizeUrl(v2, { ...implicit, client_info: "1" })));
    expect(answer.has("client_info")).toBe(true);
  });

  test("the answer keeps the query of a registered redirect URI", async () => {
    const asked = { ...implicit, redirect_uri: "https://app.example.com/callback?tenant=1" };
    const response = await signIn(open.app, authorizeUrl(v2, asked));
    expect(String(response.headers.location)).toMatch(/^https:\/\/app\.example\.com\/callback\?tenant=1#access_token=/);
  });

  test("the authorization endpoint accepts its request as a form", async () => {
    const page = await postForm(open.app, v2, implicit);
    expect(page.statusCode).toBe(200);
    expect(readForm(page.body).action).toBe("/signin");
  });
});

describe("state", () => {
  const states = [
    "a b+c%20d&e=f#g?h",
    `"><script>alert(1)</script>`,
    "ünïcödé 🙂 日本",
    "'; drop table state; --",
    "%2e%2e%2f",
    '{"json":[1,2]}',
  ];

  test.each(states)("state comes back unchanged in the fragment: %s", async (state) => {
    const response = await signIn(open.app, authorizeUrl(v2, { ...implicit, state }));
    expect(redirected(response).get("state")).toBe(state);
    expect(String(response.headers.location)).not.toMatch(/[+\s"<>]/);
  });

  test.each(states)("state comes back unchanged in the query: %s", async (state) => {
    const asked = { ...implicit, response_type: "code", state };
    const response = await signIn(open.app, authorizeUrl(v2, asked));
    expect(new URL(String(response.headers.location)).searchParams.get("state")).toBe(state);
  });

  test.each(states)("state comes back unchanged in a form, with markup escaped: %s", async (state) => {
    const asked = { ...implicit, response_mode: "form_post", state };
    const response = await signIn(open.app, authorizeUrl(v2, asked));
    const { action, fields } = readForm(response.body);
    expect(action).toBe(redirectUri);
    expect(fields).toMatchObject({ state, token_type: "Bearer" });
    expect(response.body).not.toContain("<script>alert");
  });

  test("the answer has no state where the request had none", async () => {
    const { state: _, ...rest } = implicit;
    expect(redirected(await signIn(open.app, authorizeUrl(v2, rest))).has("state")).toBe(false);
  });
});

describe("the form_post page", () => {
  test("the form_post page submits itself to the redirect URI by its only script, or by a button", async () => {
    const asked = { ...implicit, response_mode: "form_post" };
    const response = await signIn(open.app, authorizeUrl(v2, asked));
    expect(response.statusCode).toBe(200);
    const nonce = /<script nonce="([^"]+)">\s*document\.forms\[0\]\.submit\(\);\s*<\/script>/.exec(response.body)?.[1];
    const policy = String(response.headers["content-security-policy"]);
    expect(policy).toContain(`script-src 'nonce-${nonce}'`);
    expect(policy).toContain("form-action http://localhost:3000;");
    expect(response.body).toMatch(/<noscript><button type="submit">/);
  });
});

describe("the sign-in page", () => {
  test("the sign-in page lists the test users and selects the first", async () => {
    const page = await get(open.app, authorizeUrl(v2, implicit));
    expect(page.statusCode).toBe(200);
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(page.body).toMatch(/value="owner@cuprite\.local" required checked \/>/);
    expect(page.body).toMatch(/value="guest@cuprite\.local" required \/>/);
  });

  test("the sign-in page selects the user of the login hint", async () => {
    const page = await get(open.app, authorizeUrl(v2, { ...implicit, login_hint: "GUEST@cuprite.local" }));
    expect(page.body).toMatch(/value="guest@cuprite\.local" required checked \/>/);
    expect(page.body).toMatch(/value="owner@cuprite\.local" required \/>/);
  });

  test("the sign-in page runs no script, loads nothing, cannot be framed and sends only its origin as referrer", async () => {
    const { headers } = await get(open.app, authorizeUrl(v2, implicit));
    const policy = String(headers["content-security-policy"]);
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'nonce-[^']+'; form-action 'self' http:\/\/localhost:3000; /,
    );
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("script-src");
    expect(headers).toMatchObject({
      "x-frame-options": "DENY",
      "referrer-policy": "strict-origin",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
  });

  test("the sign-in page shows a client id that is a script as text", async () => {
    const page = await get(open.app, authorizeUrl(v2, { ...implicit, client_id: "<script>alert(1)</script>" }));
    expect(page.body).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page.body).not.toContain("<script>");
  });

  test("the client receives access_denied when the person declines", async () => {
    const response = await signIn(open.app, authorizeUrl(v2, implicit), { decision: "decline" });
    const answer = redirected(response);
    expect(String(response.headers.location)).toContain(`${redirectUri}#`);
    expect(answer.get("error")).toBe("access_denied");
    expect(answer.get("error_description")).toContain("AADSTS65004: User declined to sign in.");
    expect(answer.get("state")).toBe("xyz");
  });

  test("the sign-in page expires after ten minutes", async () => {
    const { action, fields } = readForm((await get(open.app, authorizeUrl(v2, implicit))).body);
    await open.clock.advance(10 * 60_000);
    const response = await postForm(open.app, action, { ...fields, user: "owner@cuprite.local" });
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain("AADSTS165000: This page is too old or not ours.");
    expect(response.headers).not.toHaveProperty("location");
  });
});

describe("a choice that was not made on our page", () => {
  const choice = { user: "owner@cuprite.local", decision: "accept" };

  test("the authority refuses a choice in a form of another site", async () => {
    const { action, fields } = readForm((await get(open.app, authorizeUrl(v2, implicit))).body);
    for (const from of ["https://evil.example", "null"]) {
      const response = await postForm(open.app, action, { ...fields, ...choice }, { origin: from });
      expect(response.statusCode).toBe(400);
      expect(response.body).toContain("AADSTS900941");
    }
  });

  test("the authority refuses a choice without a ticket", async () => {
    const response = await postForm(open.app, "/signin", choice);
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain("&#39;ticket&#39;");
  });

  test("the authority refuses a choice with an access token as the ticket", async () => {
    const answer = redirected(await signIn(open.app, authorizeUrl(v2, implicit)));
    const response = await postForm(open.app, "/signin", { ...choice, ticket: answer.get("access_token") ?? "" });
    expect(response.body).toContain("AADSTS165000");
  });

  test.each(["nonsense", "a.b.c", "e30.e30.e30"])(
    "the authority refuses a choice with a made-up ticket: %s",
    async (ticket) => {
      expect((await postForm(open.app, "/signin", { ...choice, ticket })).body).toContain("AADSTS165000");
    },
  );

  test("Resource Manager refuses a ticket as an access token", async () => {
    const { fields } = readForm((await get(open.app, authorizeUrl(v2, implicit))).body);
    expect(await open.authority.verifyAccessToken(fields["ticket"] ?? "")).toMatchObject({ ok: false });
  });

  test("the authority refuses a choice of an unknown user", async () => {
    const answer = redirected(await signIn(open.app, authorizeUrl(v2, implicit), { user: "root" }));
    expect(answer.get("error")).toBe("invalid_request");
    expect(answer.has("access_token")).toBe(false);
  });
});

describe("refusals that are shown on a page and never redirected", () => {
  test.each([
    ["no client id", { client_id: "" }, "AADSTS900144"],
    ["a client id with a line end", { client_id: "a\r\nb" }, "AADSTS90013"],
    ["no redirect URI", { redirect_uri: "" }, "AADSTS900144"],
    ["a redirect URI of another site (open redirect)", { redirect_uri: "https://evil.example/" }, "AADSTS50011"],
    ["a redirect URI that hides its host", { redirect_uri: "http://localhost@evil.example/" }, "AADSTS50011"],
    ["a redirect URI that is a script", { redirect_uri: "javascript:alert(1)" }, "AADSTS50011"],
    ["a redirect URI with a fragment", { redirect_uri: "http://localhost/#x" }, "AADSTS50011"],
  ])("the authorization endpoint shows a page for %s", async (_what, change, code) => {
    const response = await get(open.app, authorizeUrl(v2, { ...implicit, ...change }));
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain(code);
    expect(response.headers).not.toHaveProperty("location");
    expect(response.headers["content-security-policy"]).toContain("form-action 'none'");
  });

  test("the authorization endpoint shows a page for a repeated redirect URI", async () => {
    const url = `${authorizeUrl(v2, implicit)}&redirect_uri=https://evil.example/`;
    const response = await get(open.app, url);
    expect(response.statusCode).toBe(400);
    expect(response.headers).not.toHaveProperty("location");
  });

  test("the authorization endpoint shows a redirect URI that is markup as text", async () => {
    const response = await get(
      open.app,
      authorizeUrl(v2, { ...implicit, redirect_uri: `"><img src=x onerror=alert(1)>` }),
    );
    expect(response.body).not.toContain("<img");
    expect(response.body).toContain("&lt;img");
  });

  test("the authorization endpoint shows a page for an unknown tenant", async () => {
    const response = await get(open.app, authorizeUrl("/%3Cscript%3E/oauth2/v2.0/authorize", implicit));
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain("AADSTS90002");
    expect(response.body).not.toContain("<script>");
  });
});

describe("refusals that are sent to the client", () => {
  const ask = async (change: Record<string, string>, path = v2) => {
    const response = await get(open.app, authorizeUrl(path, { ...implicit, ...change }));
    expect(response.statusCode).toBe(302);
    expect(redirected(response).get("state")).toBe("xyz");
    return { location: String(response.headers.location), error: redirected(response).get("error") };
  };

  test.each([
    ["no response type", { response_type: "" }, "invalid_request"],
    ["an unknown response type", { response_type: "magic" }, "unsupported_response_type"],
    ["a code with only a token", { response_type: "code token" }, "unsupported_response_type"],
    ["an invalid scope", { scope: "nothing/.default" }, "invalid_scope"],
    ["no scope", { scope: "" }, "invalid_request"],
    ["an id token without a nonce", { response_type: "id_token" }, "invalid_request"],
    ["an unknown response mode", { response_mode: "smoke" }, "invalid_request"],
    ["prompt=none, because nobody is signed in", { prompt: "none" }, "login_required"],
  ])("the client receives, with its state, the refusal of %s", async (_what, change, error) => {
    expect((await ask(change)).error).toBe(error);
  });

  test("the client receives a refusal of tokens in the query, which servers would log, in the fragment", async () => {
    const { location, error } = await ask({ response_mode: "query" });
    expect(error).toBe("invalid_request");
    expect(location).toContain(`${redirectUri}#`);
  });

  test.each([
    ["no method, which would mean plain", { code_challenge: "a".repeat(43) }],
    ["the method plain", { code_challenge: "a".repeat(43), code_challenge_method: "plain" }],
    ["a method without a challenge", { code_challenge_method: "S256" }],
    ["a short challenge", { code_challenge: "abc", code_challenge_method: "S256" }],
  ])("the client receives the refusal of a code challenge with %s", async (_what, change) => {
    const { location, error } = await ask({ response_type: "code", ...change });
    expect(error).toBe("invalid_request");
    expect(location).toContain(`${redirectUri}?`);
  });

  test("the client receives a refusal in a form where it asked for one", async () => {
    const response = await get(open.app, authorizeUrl(v2, { ...implicit, response_mode: "form_post", prompt: "none" }));
    expect(readForm(response.body).fields).toMatchObject({ error: "login_required", state: "xyz" });
  });
});
