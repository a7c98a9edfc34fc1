import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accessToResource,
  findRequestedAccess,
  grantedScope,
  parseScope,
  requestedAccess,
  scopeNames,
} from "../../../../src/identity/tokens/requested-access.ts";

describe("a v2 scope", () => {
  test.each([
    ["https://management.azure.com/.default", "https://management.azure.com"],
    ["https://management.azure.com//.default", "https://management.azure.com/"],
    [
      "https://management.core.windows.net//.default openid offline_access profile",
      "https://management.core.windows.net/",
    ],
    ["https://management.azure.com/user_impersonation", "https://management.azure.com"],
    ["https://localhost:8443/.default", "https://localhost:8443"],
    ["api://some-app/read.all", "api://some-app"],
    ["797f4846-ba00-4fd7-ba43-dac1f8f63013/.default", "797f4846-ba00-4fd7-ba43-dac1f8f63013"],
    ["acca5fbb-b7e4-4009-81f1-37e38fd66d78//.default", "acca5fbb-b7e4-4009-81f1-37e38fd66d78/"],
    ["user_impersonation", "https://management.azure.com/"],
    ["User.Read openid", "https://graph.microsoft.com"],
    ["openid profile", "https://graph.microsoft.com"],
  ])("the v2 scope %s is for %s", (scope, resource) => {
    expect(parseScope(scope).resource).toBe(resource);
  });

  test("a v2 scope of two resources is refused, because no token is for both", () => {
    const scope = "https://management.azure.com/.default https://redis.azure.com/.default";
    expect(() => parseScope(scope)).toThrow("AADSTS28000");
  });

  test.each(["https://management.azure.com/", "nothing/.default", "https://localhost", "/.default"])(
    "a v2 scope without a name is refused: %s",
    (scope) => {
      expect(() => parseScope(scope)).toThrow(
        `AADSTS70011: The provided value for the input parameter 'scope' is not valid. The scope '${scope}'`,
      );
    },
  );

  test("a v2 scope keeps the resource that it was made of, including slashes at its end", () => {
    fc.assert(
      fc.property(fc.webUrl(), (resource) => {
        expect(parseScope(`${resource}/.default`).resource).toBe(resource);
      }),
    );
  });

  test("the granted scope is what was asked for, and user_impersonation for .default", () => {
    const access = parseScope("https://management.core.windows.net//.default openid offline_access profile");
    expect(grantedScope(access, "2.0")).toBe(
      "openid profile https://management.core.windows.net//user_impersonation https://management.core.windows.net//.default",
    );
    expect(scopeNames(access)).toBe("user_impersonation");
  });

  test("a v2 scope may name several scopes of one resource", () => {
    const access = parseScope("https://graph.microsoft.com/User.Read https://graph.microsoft.com/Mail.Read");
    expect(scopeNames(access)).toBe("User.Read Mail.Read");
  });
});

describe("a v1 resource", () => {
  test("a v1 resource is the audience as it is", () => {
    expect(accessToResource("https://management.azure.com/").resource).toBe("https://management.azure.com/");
  });

  test.each(["nothing", "two words", "https://two words/", `https://${"a".repeat(500)}/`])(
    "a v1 resource is a URI or a GUID, not %.30s",
    (resource) => {
      expect(() => accessToResource(resource)).toThrow("AADSTS500011");
    },
  );

  test("a resource takes precedence over a scope on v1 endpoints, and is ignored on v2 ones", () => {
    const parameters = new Map([
      ["resource", "https://one.example/"],
      ["scope", "https://two.example/.default"],
    ]);
    expect(findRequestedAccess(parameters, "1.0")?.resource).toBe("https://one.example/");
    expect(findRequestedAccess(parameters, "2.0")?.resource).toBe("https://two.example");
  });

  test.each([
    ["1.0", "resource"],
    ["2.0", "scope"],
  ] as const)("a request for tokens on v%s requires %s", (version, name) => {
    expect(() => requestedAccess(new Map(), version)).toThrow(`the following parameter: '${name}'`);
  });
});
