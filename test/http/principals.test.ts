import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { managedIdentity, servicePrincipal, defaultTenantId } from "../../src/identity/principals/local-principals.ts";
import { mintAccessToken } from "../../src/identity/tokens/mint.ts";
import { hashSecret } from "../../src/identity/principals/secrets.ts";
import { UnservedBook } from "../../src/arm/unserved.ts";
import { createHealth } from "../../src/management/health.ts";
import { registerManagement } from "../../src/management/management.ts";
import type { RegistrationReport } from "../../src/management/principal-routes.ts";
import { dnsSource } from "../../src/app/dns.ts";
import { createAccessCheck } from "../../src/providers/microsoft.authorization/access/access-check.ts";
import { findSecretHash } from "../../src/store/principals.ts";
import { openAuthorityApp, origin, type AuthorityApp } from "../support/authority-app.ts";

const path = "/cuprite/principals";

let open: AuthorityApp;
beforeAll(async () => {
  open = await openAuthorityApp();
  const { app, authority, clock, temp } = open;
  const { store } = temp;
  await registerManagement(app, {
    health: createHealth({ store, clock, dataPlaneFailure: () => undefined }),
    authority,
    access: createAccessCheck({ store }),
    unserved: new UnservedBook(),
    dataPlane: undefined,
    dns: { responder: undefined, source: dnsSource(store) },
  });
});
afterAll(() => open.close());

async function send(method: "GET" | "POST", payload?: object, principal = "owner") {
  const { dataDir, clock } = open;
  const token = await mintAccessToken({ dataDir, principal, audience: "https://management.azure.com/", clock });
  const headers = { host: new URL(origin).host, authorization: `Bearer ${token}` };
  return await open.app.inject({ method, url: path, headers, ...(payload && { payload }) });
}

async function add(name: string, kind: string, more: object = {}): Promise<RegistrationReport> {
  const response = await send("POST", { name, kind, ...more });
  expect(response.statusCode).toBe(200);
  return response.json<RegistrationReport>();
}

describe("a principal that is added", () => {
  test.each([
    ["an-app", "ServicePrincipal", { name: "an-app", clientId: "an-app" }],
    ["Alice", "User", { name: "alice@cuprite.local", clientId: "" }],
    ["bob@contoso.com", "User", { name: "bob@contoso.com", clientId: "" }],
    ["system-assigned", "ManagedIdentity", { objectId: managedIdentity(defaultTenantId, {})?.objectId }],
    ["an-identity", "ManagedIdentity", { clientId: "an-identity" }],
    ["/subscriptions/s/identity", "ManagedIdentity", { name: "/subscriptions/s/identity" }],
  ])("%s as %s has no rights", async (name, kind, expected) => {
    expect(await add(name, kind)).toMatchObject({ kind, tenantId: defaultTenantId, access: "None", ...expected });
  });

  test("loses the rights that it had by being used", async () => {
    const { directory } = open.authority;
    const { objectId } = await directory.ensure(servicePrincipal(defaultTenantId, "used"));
    expect(directory.find(objectId)).toMatchObject({ access: "Owner" });
    await add("used", "ServicePrincipal");
    expect(directory.find(objectId)).toMatchObject({ access: "None" });
  });

  test("adds a principal to another tenant", async () => {
    const tenant = "0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40";
    expect(await add("an-app", "ServicePrincipal", { tenant })).toMatchObject({ tenantId: tenant });
  });

  test("gets a secret once, of which only a hash is kept; a new secret replaces it", async () => {
    const first = await add("with-secret", "ServicePrincipal", { withSecret: true });
    expect(first.secret).toMatch(/^[\w-]{43}$/);
    const second = await add("with-secret", "ServicePrincipal", { withSecret: true });
    expect(second.secret).not.toBe(first.secret);
    expect(await findSecretHash(open.temp.store, first.objectId)).toBe(hashSecret(second.secret ?? ""));
    expect((await send("GET")).body).not.toContain(hashSecret(second.secret ?? ""));
  });

  test("adds a user with a password", async () => {
    const { objectId, secret = "" } = await add("carol", "User", { withSecret: true });
    expect(await findSecretHash(open.temp.store, objectId)).toBe(hashSecret(secret));
  });

  test("keeps its secret when it is added again without one", async () => {
    const { objectId, secret = "" } = await add("kept", "ServicePrincipal", { withSecret: true });
    expect(await add("kept", "ServicePrincipal")).not.toHaveProperty("secret");
    expect(await findSecretHash(open.temp.store, objectId)).toBe(hashSecret(secret));
  });
});

test.each([
  [{ name: "owner", kind: "User" }, "owner@cuprite.local is the administrator, who may do everything."],
  [{ name: "robot", kind: "ManagedIdentity", withSecret: true }, "A managed identity has no secret."],
  [
    { name: "a b", kind: "ServicePrincipal" },
    "The name 'a b' is not up to 200 printable ASCII characters without spaces.",
  ],
  [
    { name: "a@b@c", kind: "User" },
    "The name 'a@b@c' is not up to 200 letters, digits, dots, plus signs and hyphens, with one '@' at most.",
  ],
  [
    { name: "an-app", kind: "ServicePrincipal", tenant: "nowhere" },
    "There is no tenant 'nowhere'; name one by its GUID.",
  ],
  [{ name: "an-app", kind: "Robot" }, expect.stringContaining("the kinds User, ServicePrincipal and ManagedIdentity")],
  [{ kind: "User" }, expect.stringContaining("A name")],
  [[], expect.stringContaining("A name")],
])("%j is refused in one sentence", async (body, sentence: unknown) => {
  const response = await send("POST", body);
  expect(response.statusCode).toBe(400);
  expect(response.json()).toEqual({ error: sentence });
});

test("the list has all principals, users first", async () => {
  const listed = (await send("GET")).json<{ kind: string; name: string; access: string; roles: unknown[] }[]>();
  expect(listed[0]).toMatchObject({ kind: "User", name: "alice@cuprite.local", roles: [] });
  expect(listed).toContainEqual(expect.objectContaining({ name: "owner@cuprite.local", access: "Owner" }));
  expect(listed).toContainEqual(expect.objectContaining({ name: "guest@cuprite.local", access: "None" }));
  const kinds = listed.map(({ kind }) => kind);
  expect(kinds.lastIndexOf("User")).toBeLessThan(kinds.indexOf("ServicePrincipal"));
});

test.each(["GET", "POST"] as const)("%s of principals is refused to everybody but owners", async (method) => {
  const payload = method === "POST" ? { name: "an-app", kind: "ServicePrincipal" } : undefined;
  expect((await send(method, payload, "guest")).statusCode).toBe(403);
  const headers = { host: new URL(origin).host };
  const anonymous = await open.app.inject({ method, url: path, headers, ...(payload && { payload }) });
  expect(anonymous.statusCode).toBe(403);
});

test("a body is not read without a token", async () => {
  const headers = { host: new URL(origin).host, "content-type": "application/json" };
  const response = await open.app.inject({ method: "POST", url: path, headers, payload: "{" });
  expect(response.statusCode).toBe(403);
  expect(response.json()).toEqual({
    error: "This takes an access token for Azure Resource Manager of somebody who may do everything.",
  });
});
