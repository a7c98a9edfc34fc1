import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mintAccessToken } from "../../../../src/identity/tokens/mint.ts";
import { defaultTenantId } from "../../../../src/identity/principals/local-principals.ts";
import { claimsOf, newDataDir, openAuthorityApp, type AuthorityApp } from "../../../support/authority-app.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const audience = "https://management.azure.com/";
const clock = new ManualClock();

describe("a token made from the data directory alone", () => {
  let open: AuthorityApp;
  beforeEach(async () => {
    open = await openAuthorityApp();
  });
  afterEach(() => open.close());

  test.each([
    ["owner", "User", "owner@cuprite.local", "Owner"],
    ["Guest@Cuprite.local", "User", "guest@cuprite.local", "None"],
    ["alice@contoso.com", "User", "alice@contoso.com", "None"],
    ["any-client-id", "ServicePrincipal", "any-client-id", "Owner"],
  ])("the server accepts a minted token for %s, which it has never seen", async (principal, kind, name, access) => {
    const token = await mintAccessToken({ dataDir: open.dataDir, principal, audience, clock });
    const verdict = await open.authority.verifyAccessToken(token);
    expect(verdict).toMatchObject({ ok: true, caller: { kind, name, access, tenantId: defaultTenantId } });
  });

  test("a minted token is for the requested tenant and audience", async () => {
    const tenant = "0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40";
    const request = { dataDir: open.dataDir, principal: "owner", audience: "https://redis.azure.com", tenant, clock };
    expect(claimsOf(await mintAccessToken(request))).toMatchObject({ aud: "https://redis.azure.com", tid: tenant });
  });
});

test("the first minted token of a new data directory creates its keys and no database", async () => {
  const dataDir = await tempDir();
  await mintAccessToken({ dataDir, principal: "owner", audience, clock });
  expect(existsSync(join(dataDir, "keys", "signing-000001.jwk"))).toBe(true);
  expect(existsSync(join(dataDir, "cuprite.db"))).toBe(false);
});

test.each([
  [
    { principal: "no body@cuprite.local" },
    "'no body@cuprite.local' is neither a user's name, such as owner@cuprite.local, nor a client id.",
  ],
  [{ tenant: "contoso.com" }, "There is no tenant 'contoso.com'; name one by its GUID."],
  [{ audience: "nothing" }, "The resource principal named 'nothing' was not found in the tenant."],
])("minting refuses an invalid word in one sentence: %o", async (wrong, sentence) => {
  const dataDir = await newDataDir();
  await expect(mintAccessToken({ dataDir, principal: "owner", audience, clock, ...wrong })).rejects.toThrow(sentence);
});
