import { createHmac } from "node:crypto";
import { SignJWT, exportSPKI, generateKeyPair } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createAuthority, type Authority } from "../../../../src/identity/authority.ts";
import type { Caller } from "../../../../src/identity/tokens/verify.ts";
import {
  localUsers,
  servicePrincipal,
  userPrincipal,
  defaultTenantId,
} from "../../../../src/identity/principals/local-principals.ts";
import { signAccessToken, signIdToken } from "../../../../src/identity/tokens/sign.ts";
import { addSigningKey, openAuthorityApp, origin, type AuthorityApp } from "../../../support/authority-app.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

const armAudience = "https://management.azure.com/";
const [owner, guest] = localUsers;
const own = { hosts: ["DevBox"], origins: ["https://forwarded.example:9443"], port: () => 8443 };

let open: AuthorityApp;
beforeEach(async () => {
  open = await openAuthorityApp({ own });
});
afterEach(() => open.close());

async function userToken(audience = armAudience, user: (typeof localUsers)[number] = owner): Promise<string> {
  const principal = userPrincipal(defaultTenantId, user);
  const subject = { principal, clientId: "client", authentication: "public" } as const;
  return (await signAccessToken(open.authority, { ...subject, audience, scope: "user_impersonation" })).token;
}

const check = (token: string) => open.authority.verifyAccessToken(token);

describe("a token of ours for Resource Manager", () => {
  test("a user's token names its caller by user name and adds them to the directory", async () => {
    const verdict = await check(await userToken());
    const { objectId } = userPrincipal(defaultTenantId, owner);
    const caller: Caller = {
      objectId,
      tenantId: defaultTenantId,
      kind: "User",
      name: "owner@cuprite.local",
      appId: "",
      access: "Owner",
    };
    expect(verdict).toEqual({ ok: true, caller });
    expect(open.authority.directory.find(objectId)).toMatchObject({ access: "Owner", displayName: "Olivia Owner" });
  });

  test("an application's token names its caller by application id", async () => {
    const principal = servicePrincipal(defaultTenantId, "My-App");
    const subject = { principal, clientId: "My-App", authentication: "secret" } as const;
    const { token } = await signAccessToken(open.authority, { ...subject, audience: armAudience, scope: "" });
    expect(await check(token)).toMatchObject({
      ok: true,
      caller: { kind: "ServicePrincipal", name: "My-App", appId: "My-App", access: "Owner" },
    });
  });

  test("a token of the second test user has access to nothing", async () => {
    expect(await check(await userToken(armAudience, guest))).toMatchObject({ ok: true, caller: { access: "None" } });
  });

  test("a change of access applies at once, although the token is remembered", async () => {
    const token = await userToken();
    await check(token);
    await open.authority.directory.register(userPrincipal(defaultTenantId, owner));
    expect(await check(token)).toMatchObject({ ok: true, caller: { access: "None" } });
  });

  test.each([
    "https://management.azure.com",
    "https://management.azure.com/",
    "https://management.core.windows.net",
    "https://management.core.windows.net/",
    origin,
    `${origin}/`,
    "https://127.0.0.1:8443",
    "https://devbox:8443/",
    "https://cuprite.localhost:8443",
    "https://[::1]:8443",
    "https://forwarded.example:9443",
    "https://forwarded.example:9443/",
  ])("a token for the audience %s is accepted", async (audience) => {
    expect(await check(await userToken(audience))).toMatchObject({ ok: true });
  });

  test("a token is still accepted after a key was added", async () => {
    const token = await userToken();
    await open.authority.keys.keyFor({ kid: await addSigningKey(open.dataDir) });
    expect(await check(token)).toMatchObject({ ok: true });
  });
});

describe("a token is refused", () => {
  test.each([
    "https://redis.azure.com",
    "https://graph.microsoft.com",
    "https://management.azure.com//",
    "https://management.azure.com.example.com",
    "https://localhost:9999",
    "https://localhost:1",
    "https://localhost",
    "https://devbox:9443",
    "https://forwarded.example:8443",
    "https://forwarded.example",
    `${origin}/other`,
    "http://localhost:8443",
    "https://user@localhost:8443",
    "client",
  ])("a token for the audience %s is refused", async (audience) => {
    expect(await check(await userToken(audience))).toEqual({ ok: false, problem: "wrongAudience", audience });
  });

  test("a token for this machine is refused on every port before the server listens", async () => {
    const early = await openAuthorityApp({ own: { hosts: [], origins: [], port: () => undefined } });
    const { authority } = early;
    const principal = userPrincipal(defaultTenantId, owner);
    const subject = { principal, clientId: "client", authentication: "public", scope: "" } as const;
    for (const audience of ["https://localhost", "https://localhost:0", origin]) {
      const { token } = await signAccessToken(authority, { ...subject, audience });
      expect(await authority.verifyAccessToken(token)).toMatchObject({ ok: false, problem: "wrongAudience" });
    }
    await early.close();
  });

  test("a token is refused from its last second on, remembered or not", async () => {
    const token = await userToken();
    await open.clock.advance(75 * 60_000 - 1);
    expect(await check(token)).toMatchObject({ ok: true });
    await open.clock.advance(1);
    expect(await check(token)).toEqual({ ok: false, problem: "expired", atMs: open.clock.nowMs() });
  });

  test("a token is refused before its time, except for a clock that was set back by half a minute", async () => {
    const startMs = open.clock.nowMs();
    await open.clock.advance(60_000);
    const token = await userToken();
    const early = await openAtSameKeys(startMs);
    expect(await early.verifyAccessToken(token)).toEqual({
      ok: false,
      problem: "notYetValid",
      atMs: startMs + 60_000,
    });
  });

  test("a token with another signature is refused", async () => {
    const token = await userToken();
    const forged = `${token.slice(0, token.lastIndexOf("."))}.${"A".repeat(342)}`;
    expect(await check(forged)).toEqual({ ok: false, problem: "badSignature" });
  });

  test("a token with changed claims under an old signature is refused", async () => {
    const [header, , signature] = (await userToken(armAudience, guest)).split(".");
    const [, payload] = (await userToken()).split(".");
    expect(await check(`${header}.${payload}.${signature}`)).toEqual({ ok: false, problem: "badSignature" });
  });

  test("a token signed by a foreign key with our key id is refused", async () => {
    const { privateKey } = await generateKeyPair("RS256");
    const { kid } = open.authority.keys.signing;
    const token = await new SignJWT(await ownClaims()).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
    expect(await check(token)).toEqual({ ok: false, problem: "badSignature" });
  });

  test.each([undefined, "other"])("a token signed by a foreign key with the key id %s is refused", async (kid) => {
    const { privateKey } = await generateKeyPair("RS256");
    const header = { alg: "RS256", ...(kid === undefined ? {} : { kid }) };
    const token = await new SignJWT(await ownClaims()).setProtectedHeader(header).sign(privateKey);
    expect(await check(token)).toEqual({ ok: false, problem: "badSignature" });
  });

  test("a token that claims to need no signature is refused (alg none)", async () => {
    const [, payload] = (await userToken()).split(".");
    const header = Buffer.from('{"alg":"none"}').toString("base64url");
    expect(await check(`${header}.${payload}.`)).toEqual({ ok: false, problem: "malformed" });
  });

  test("a token signed with our public key as an HMAC secret is refused (algorithm confusion)", async () => {
    const { kid } = open.authority.keys.signing;
    const secret = await exportSPKI(await open.authority.keys.keyFor({ kid }));
    const [, payload] = (await userToken()).split(".");
    const header = Buffer.from(JSON.stringify({ alg: "HS256", kid })).toString("base64url");
    const signature = createHmac("sha256", secret).update(`${header}.${payload}`).digest("base64url");
    expect(await check(`${header}.${payload}.${signature}`)).toEqual({ ok: false, problem: "malformed" });
  });

  test("an id token whose client has Resource Manager's name is refused", async () => {
    const principal = userPrincipal(defaultTenantId, owner);
    const issuer = `${origin}/${defaultTenantId}/v2.0`;
    const token = await signIdToken(open.authority, {
      principal,
      clientId: armAudience,
      version: "2.0",
      issuer,
      nonce: undefined,
    });
    expect(await check(token)).toEqual({ ok: false, problem: "malformed" });
  });

  test("a token of an issuer that is not its tenant's is refused", async () => {
    const { kid, privateKey } = open.authority.keys.signing;
    const issuer = "https://sts.windows.net/11111111-1111-4111-8111-111111111111/";
    const claims = { ...(await ownClaims()), iss: issuer };
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
    expect(await check(token)).toEqual({ ok: false, problem: "unknownIssuer", issuer });
  });

  test.each([
    ["without an object id", { oid: undefined }],
    ["with an object id that is not a GUID", { oid: "owner" }],
    ["without an expiry", { exp: undefined }],
    ["without a tenant", { tid: undefined }],
    ["for several audiences", { aud: [armAudience, "other"] }],
  ])("a token %s is refused", async (_what, change) => {
    const { kid, privateKey } = open.authority.keys.signing;
    const claims: Record<string, unknown> = { ...(await ownClaims()), ...change };
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
    expect(await check(token)).toEqual({ ok: false, problem: "malformed" });
  });

  test.each(["", "x", "a.b.c", "a.b.c.d.e", "A".repeat(100_000), "..", "e30.e30.e30"])(
    "text that is not a token is refused: %.20s",
    async (token) => {
      expect(await check(token)).toEqual({ ok: false, problem: "malformed" });
    },
  );
});

async function ownClaims(): Promise<Record<string, unknown>> {
  const [, payload = ""] = (await userToken()).split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
}

/** The same authority as a server with a slower clock has it. */
async function openAtSameKeys(nowMs: number): Promise<Authority> {
  const { store, log } = open.authority;
  const clock = new ManualClock(nowMs);
  return await createAuthority({ store, dataDir: open.dataDir, clock, log, registeredRedirectUris: [] });
}
