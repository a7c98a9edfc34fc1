import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultTenantId } from "../../../src/identity/principals/local-principals.ts";
import { get, openAuthorityApp, origin, type AuthorityApp } from "../../support/authority-app.ts";

const tenant = "0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40";

let open: AuthorityApp;
beforeAll(async () => {
  open = await openAuthorityApp();
});
afterAll(() => open.close());

describe("OpenID Connect discovery", () => {
  test.each([
    [`/${tenant}/v2.0`, `${origin}/${tenant}/v2.0`, `${origin}/${tenant}/oauth2/v2.0/token`],
    [`/${tenant}`, `${origin}/${tenant}/`, `${origin}/${tenant}/oauth2/token`],
    ["/common/v2.0", `${origin}/{tenantid}/v2.0`, `${origin}/common/oauth2/v2.0/token`],
    ["/organizations/v2.0", `${origin}/{tenantid}/v2.0`, `${origin}/organizations/oauth2/v2.0/token`],
    ["/consumers/v2.0", `${origin}/${defaultTenantId}/v2.0`, `${origin}/consumers/oauth2/v2.0/token`],
    ["/common", `${origin}/{tenantid}/`, `${origin}/common/oauth2/token`],
    ["/adfs", `${origin}/adfs`, `${origin}/adfs/oauth2/token`],
  ])("the discovery document of %s has the issuer %s, on the origin of the request", async (path, issuer, token) => {
    const response = await get(open.app, `${path}/.well-known/openid-configuration`);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({
      issuer,
      token_endpoint: token,
      authorization_endpoint: token.replace(/token$/, "authorize"),
      device_authorization_endpoint: token.replace(/token$/, "devicecode"),
      response_modes_supported: ["query", "fragment", "form_post"],
      code_challenge_methods_supported: ["S256"],
    });
  });

  test("the discovery document names the URL of the public keys", async () => {
    for (const path of ["/common", "/common/v2.0", "/adfs"]) {
      const { jwks_uri: keys } = (await get(open.app, `${path}/.well-known/openid-configuration`)).json<{
        jwks_uri: string;
      }>();
      const response = await get(open.app, new URL(keys).pathname);
      expect(response.json()).toEqual({ keys: open.authority.keys.publicJwks });
    }
  });

  test("the discovery document is found under a path in any case", async () => {
    const response = await get(open.app, `/${tenant.toUpperCase()}/V2.0/.Well-Known/OpenID-Configuration`);
    expect(response.json()).toMatchObject({ issuer: `${origin}/${tenant}/v2.0` });
  });

  test("discovery refuses an unknown tenant", async () => {
    const response = await get(open.app, "/contoso.com/v2.0/.well-known/openid-configuration");
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({
      error: "invalid_request",
      error_codes: [90002],
      error_description: expect.stringContaining("AADSTS90002: Tenant 'contoso.com' not found.") as string,
    });
  });

  test.each([
    "evil.example/path",
    "evil.example?",
    "user@evil.example",
    "evil.example#",
    "evil example",
    "[::1",
    "a:999999",
  ])("discovery refuses a Host header that is more than a host: '%s'", async (host) => {
    const response = await get(open.app, "/common/v2.0/.well-known/openid-configuration", { host });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: "invalid_request" });
    expect(response.body).not.toContain("evil");
  });

  test("pages of any site may read the discovery document, and no cache may store it", async () => {
    const response = await get(open.app, "/common/v2.0/.well-known/openid-configuration");
    expect(response.headers).toMatchObject({ "access-control-allow-origin": "*", "cache-control": "no-store" });
  });

  test("paths that are not the authority's go to the rest of the application", async () => {
    expect((await get(open.app, "/subscriptions")).body).toBe("not the authority's");
  });
});

describe("instance discovery", () => {
  const ask = (endpoint?: string, host = "localhost:8443") => {
    const query = endpoint === undefined ? "" : `&authorization_endpoint=${encodeURIComponent(endpoint)}`;
    return get(open.app, `/common/discovery/instance?api-version=1.1${query}`, { host });
  };

  test("instance discovery confirms the authority that was called", async () => {
    expect((await ask()).json()).toEqual({
      tenant_discovery_endpoint: `${origin}/common/v2.0/.well-known/openid-configuration`,
      "api-version": "1.1",
      metadata: [
        {
          preferred_network: "localhost:8443",
          preferred_cache: "localhost:8443",
          aliases: ["localhost:8443", "login.microsoftonline.com"],
        },
      ],
    });
  });

  test("instance discovery prefers the authority that is asked about over the one that was called", async () => {
    const response = await ask(`${origin}/${tenant}/oauth2/v2.0/authorize`, "login.microsoftonline.com");
    expect(response.json()).toMatchObject({
      tenant_discovery_endpoint: `${origin}/${tenant}/v2.0/.well-known/openid-configuration`,
      metadata: [{ preferred_network: "localhost:8443", aliases: ["localhost:8443", "login.microsoftonline.com"] }],
    });
  });

  test.each([
    `http://localhost:8443/${tenant}/`,
    `https://u:p@localhost/${tenant}/`,
    "https://localhost/contoso.com/",
    "nonsense",
  ])("instance discovery refuses a URL that is not an authority: %s", async (endpoint) => {
    const response = await ask(endpoint);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ error: "invalid_instance", error_codes: [50049] });
  });
});

test("the user realm says that passwords are checked here", async () => {
  const response = await get(open.app, "/common/userrealm/owner@cuprite.local?api-version=1.0");
  expect(response.json()).toEqual({
    ver: "1.0",
    account_type: "Managed",
    domain_name: "cuprite.local",
    cloud_instance_name: "localhost:8443",
    cloud_audience_urn: "urn:federation:MicrosoftOnline",
  });
});

describe("cloud metadata", () => {
  const metadata = (version: string, host = "localhost:8443") =>
    get(open.app, `/metadata/endpoints?api-version=${version}`, { host });

  test.each(["localhost:9443", "localhost:1", "devbox:8443", "localhost"])(
    "cloud metadata lists no audience of an origin whose tokens are refused: %s",
    async (host) => {
      const { authentication } = (await metadata("2022-09-01", host)).json<{ authentication: object }>();
      expect(authentication).toMatchObject({
        loginEndpoint: `https://${host}`,
        audiences: ["https://management.azure.com/"],
      });
    },
  );

  const cloud = {
    name: "Cuprite",
    portal: origin,
    authentication: {
      loginEndpoint: origin,
      audiences: [origin, "https://management.azure.com/"],
      tenant: "common",
      identityProvider: "AAD",
    },
    resourceManager: origin,
    microsoftGraphResourceId: origin,
    suffixes: { storage: "core.localhost", keyVaultDns: "vault.localhost", acrLoginServer: "azurecr.localhost" },
  };

  test("cloud metadata of 2022-09-01 is one cloud", async () => {
    const body: unknown = (await metadata("2022-09-01")).json();
    expect(Array.isArray(body)).toBe(false);
    expect(body).toMatchObject(cloud);
  });

  test("cloud metadata of 2019-05-01 is an array of clouds", async () => {
    expect((await metadata("2019-05-01")).json()).toMatchObject([cloud]);
  });

  test("cloud metadata of 2015-01-01 is what Azure Stack's tools read", async () => {
    expect((await metadata("2015-01-01")).json()).toMatchObject({
      galleryEndpoint: origin,
      graphEndpoint: origin,
      portalEndpoint: origin,
      authentication: { loginEndpoint: origin, audiences: [origin, "https://management.azure.com/"] },
    });
  });

  test("cloud metadata names the host of the request", async () => {
    expect((await metadata("2022-09-01", "devbox:9000")).json()).toMatchObject({
      resourceManager: "https://devbox:9000",
    });
  });

  test("cloud metadata requires an api-version", async () => {
    const response = await get(open.app, "/metadata/endpoints");
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: {
        code: "MissingApiVersionParameter",
        message: "The api-version query parameter (?api-version=) is required for all requests.",
      },
    });
  });

  test("cloud metadata refuses an unknown api-version", async () => {
    const response = await metadata("2018-01-01");
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({
      error: {
        code: "InvalidApiVersionParameter",
        message:
          "The api-version '2018-01-01' is invalid. The supported versions are '2015-01-01,2019-05-01,2022-09-01'.",
      },
    });
  });
});
