import { describe, expect, test } from "vitest";
import { RedirectUris, formActionSource } from "../../../../src/identity/flows/destination.ts";

const registered = ["https://app.example.com/callback", "msal-app://auth"];
const uris = new RedirectUris(registered);

describe("redirect URIs", () => {
  test.each([
    "http://localhost",
    "http://localhost:49152/",
    "http://localhost:3000/callback?from=login",
    "https://localhost:3000/callback",
    "http://127.0.0.1:8400",
    "http://[::1]:8400/x",
    "HTTP://LOCALHOST:1/",
    ...registered,
  ])("a redirect URI on this machine or registered is accepted: %s", (uri) => {
    expect(uris.check(uri).href).toBe(new URL(uri).href);
  });
});

describe("open redirects", () => {
  test.each([
    ["another host", "https://evil.example/"],
    ["the host hidden as user information", "http://localhost:80@evil.example/"],
    ["user information before the right host", "http://evil@localhost/"],
    ["a longer name", "http://localhost.evil.example/"],
    ["a longer registered host", "https://app.example.com.evil.example/callback"],
    ["another path on a registered host", "https://app.example.com/callback/../open"],
    ["an added query", "https://app.example.com/callback?next=evil"],
    ["another scheme of a registered host", "http://app.example.com/callback"],
    ["another port of a registered host", "https://app.example.com:8443/callback"],
    ["a fragment", "http://localhost/#fragment"],
    ["an empty fragment", "http://localhost/#"],
    ["backslashes that browsers turn around", "http:\\\\evil.example\\localhost"],
    ["a backslash behind the host", "http://localhost\\@evil.example/"],
    ["a tab that browsers drop", "java\tscript:alert(1)"],
    ["a line end", "http://localhost/\r\nSet-Cookie: a=b"],
    ["a script", "javascript:alert(document.domain)//localhost"],
    ["a data URL", "data:text/html,localhost"],
    ["a file", "file:///localhost"],
    ["no scheme", "//localhost/"],
    ["only a path", "/callback"],
    ["a name that looks alike", "http://lοcalhost/"],
    ["nothing", ""],
  ])("a redirect URI with %s is refused", (_what, uri) => {
    expect(() => uris.check(uri)).toThrow(`The redirect URI '${uri}' specified in the request does not match`);
  });

  test.each(["javascript:alert(1)", "https://app.example.com/#x", "https://user@app.example.com/", "nonsense"])(
    "a redirect URI cannot be registered: %s",
    (uri) => {
      expect(() => new RedirectUris([uri])).toThrow(`The redirect URI '${uri}' cannot be registered.`);
    },
  );
});

describe("pages that may read the token endpoint's answers", () => {
  test.each(["http://localhost:3000", "https://app.example.com"])(
    "pages of %s may read the token endpoint's answers",
    (origin) => {
      expect(uris.isClientOrigin(origin)).toBe(true);
    },
  );

  test.each(["https://evil.example", "null", "http://localhost.evil.example", "http://localhost:3000/", "", "*"])(
    "pages of '%s' may not read the token endpoint's answers",
    (origin) => {
      expect(uris.isClientOrigin(origin)).toBe(false);
    },
  );
});

describe("the form-action source of a redirect", () => {
  test.each([
    ["http://localhost:3000/a?b", "http://localhost:3000"],
    ["http://[::1]:3000/", "http:"],
    ["msal-app://auth", "msal-app:"],
  ])("the form-action source of a redirect to %s is %s", (uri, source) => {
    expect(formActionSource(new URL(uri))).toBe(source);
  });
});
