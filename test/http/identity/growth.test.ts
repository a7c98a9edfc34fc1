import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hashSecret, newSecret } from "../../../src/identity/principals/secrets.ts";
import { addGrant, findGrant, type GrantKind } from "../../../src/store/grants.ts";
import { listPrincipals } from "../../../src/store/principals.ts";
import { authorizeUrl, get, openAuthorityApp, postForm, redirected, signIn } from "../../support/authority-app.ts";
import type { AuthorityApp } from "../../support/authority-app.ts";

const tokenPath = "/organizations/oauth2/v2.0/token";
const otherTokenPath = "/0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40/oauth2/v2.0/token";
const scope = "https://management.azure.com/.default offline_access";
const maxGrants = 10_000;

let open: AuthorityApp;
beforeEach(async () => {
  open = await openAuthorityApp();
});
afterEach(() => open.close());

const knownNames = async () => (await listPrincipals(open.temp.store)).map(({ name }) => name);

describe("the directory", () => {
  const client = { client_id: "made-up", client_secret: "any" };

  test.each([
    [
      "client credentials for two resources",
      { ...client, grant_type: "client_credentials", scope: "https://a/.default https://b/.default" },
    ],
    ["client credentials without a secret", { grant_type: "client_credentials", client_id: "made-up", scope }],
    ["client credentials for no resource", { ...client, grant_type: "client_credentials" }],
    ["a made-up code", { ...client, grant_type: "authorization_code", code: "x", redirect_uri: "http://localhost" }],
    ["a made-up refresh token", { ...client, grant_type: "refresh_token", refresh_token: "x" }],
    ["a made-up device code", { ...client, grant_type: "device_code", device_code: "x" }],
    ["an unknown user", { ...client, grant_type: "password", username: "nobody", password: "any", scope }],
    ["a user without a password", { ...client, grant_type: "password", username: "guest@cuprite.local", scope }],
    ["a user for no resource", { ...client, grant_type: "password", username: "guest@cuprite.local", password: "any" }],
  ])("the directory stays the same after the refusal of %s", async (_, form) => {
    const before = await knownNames();
    for (const path of [tokenPath, otherTokenPath]) {
      expect((await postForm(open.app, path, form)).statusCode).toBeGreaterThanOrEqual(400);
    }
    expect(await knownNames()).toEqual(before);
    expect(open.authority.directory.all()).toHaveLength(before.length);
  });

  test("the directory stays the same after a sign-in page, a declined sign-in, or an unredeemed code", async () => {
    const before = await knownNames();
    const asked = { client_id: "made-up", redirect_uri: "http://localhost:3000", response_type: "code", scope };
    const url = authorizeUrl("/0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40/oauth2/v2.0/authorize", asked);
    await get(open.app, url);
    await signIn(open.app, url, { decision: "decline" });
    const code = redirected(await signIn(open.app, url)).get("code") ?? "";
    expect(await knownNames()).toEqual(before);
    const redeemed = await postForm(open.app, otherTokenPath, {
      ...client,
      grant_type: "authorization_code",
      code,
      redirect_uri: asked.redirect_uri,
    });
    expect(redeemed.statusCode).toBe(200);
    expect(await knownNames()).toEqual([...before, "owner@cuprite.local"]);
  });

  test("the directory adds who gets a token, and nobody for a refused token", async () => {
    const before = await knownNames();
    const response = await postForm(open.app, tokenPath, {
      ...client,
      grant_type: "client_credentials",
      scope: "https://redis.azure.com/.default",
    });
    const { access_token: token } = response.json<{ access_token: string }>();
    expect(await knownNames()).toEqual([...before, "made-up"]);
    expect(await open.authority.verifyAccessToken(token)).toMatchObject({ ok: false });
    expect(await knownNames()).toEqual([...before, "made-up"]);
  });
});

describe("the number of grants", () => {
  const ask = {
    device: () => postForm(open.app, "/common/oauth2/v2.0/devicecode", { client_id: "app", scope }),
    code: () =>
      signIn(
        open.app,
        authorizeUrl("/common/oauth2/v2.0/authorize", {
          client_id: "app",
          redirect_uri: "http://localhost:3000",
          response_type: "code",
          scope,
        }),
      ),
    refresh: () =>
      postForm(open.app, tokenPath, {
        grant_type: "password",
        client_id: "app",
        username: "owner@cuprite.local",
        password: "any",
        scope,
      }),
  } as const satisfies Record<GrantKind, () => Promise<unknown>>;

  test.each(["device", "code", "refresh"] as const)(
    "the store keeps ten thousand grants of kind %s and removes the next to expire",
    async (kind) => {
      const hashes = Array.from({ length: maxGrants }, () => hashSecret(newSecret()));
      const another = kind === "device" ? "code" : "device";
      await open.temp.store.write(async (tx) => {
        const grant = { status: "open", family: "f", userCode: "", document: {} } as const;
        const soonMs = open.clock.nowMs() + 1_000;
        for (const [at, secretHash] of hashes.entries())
          await addGrant(tx, { ...grant, kind, secretHash, expiresAtMs: soonMs + at });
        await addGrant(tx, { ...grant, kind: another, secretHash: "of another kind", expiresAtMs: soonMs });
      });
      await ask[kind]();
      const isThere = async (secretHash: string, of: GrantKind = kind) =>
        (await findGrant(open.temp.store, { kind: of, secretHash })) !== undefined;
      expect(await isThere(hashes[0] ?? "")).toBe(false);
      expect(await isThere(hashes[1] ?? "")).toBe(true);
      expect(await isThere("of another kind", another)).toBe(true);
      await ask[kind]();
      expect(await isThere(hashes[1] ?? "")).toBe(false);
      expect(await isThere(hashes[2] ?? "")).toBe(true);
    },
    60_000,
  );
});
