import { describe, expect, test } from "vitest";
import type { TokenVerdict } from "../../../../src/arm/caller.ts";
import { authenticate } from "../../../../src/arm/pipeline/authenticate.ts";
import { exchangeOf, owner, pipelineServices, refusalOf } from "../../../support/exchange.ts";

const services = (verdict: TokenVerdict, seen: string[] = []) =>
  pipelineServices({
    verifyToken: async (token) => {
      seen.push(token);
      return verdict;
    },
  });

const refused = (authorization: string | undefined, verdict: TokenVerdict = { ok: false, problem: "malformed" }) =>
  refusalOf(() =>
    authenticate(exchangeOf({ headers: authorization === undefined ? {} : { authorization } }), services(verdict)),
  );

const challenge = (description: string): string =>
  'Bearer authorization_uri="https://localhost:8443/0000000b-0000-4000-8000-000000000000", ' +
  `error="invalid_token", error_description="${description}"`;

test.each(["Bearer abc.def", "bearer  abc.def "])("checks the token in %j", async (authorization) => {
  const seen: string[] = [];
  const exchange = exchangeOf({ headers: { authorization }, caller: undefined });
  await authenticate(exchange, services({ ok: true, caller: owner }, seen));
  expect(exchange.caller).toBe(owner);
  expect(seen).toEqual(["abc.def"]);
});

test.each([undefined, ""])(
  "refuses a missing header (%j) with 401 and a challenge that SDKs read",
  async (authorization) => {
    const error = await refused(authorization);
    expect(error).toMatchObject({
      code: "AuthenticationFailed",
      status: 401,
      message: "Authentication failed. The 'Authorization' header is missing.",
    });
    expect(error.headers["www-authenticate"]).toBe(
      challenge("The authentication failed because of missing 'Authorization' header."),
    );
  },
);

test.each(["Basic abc", "Bearer", "Bearer  "])(
  "refuses a header of another form (%s) with 401",
  async (authorization) => {
    const error = await refused(authorization);
    expect(error).toMatchObject({
      code: "AuthenticationFailed",
      message: "Authentication failed. The 'Authorization' header is provided in an invalid format.",
    });
    expect(error.headers["www-authenticate"]).toBe(challenge("The authentication scheme of Bearer was expected."));
  },
);

describe("a token", () => {
  const code = "InvalidAuthenticationToken";
  const atMs = Date.UTC(2020, 7, 17, 3, 46, 33);
  test.each<[Extract<TokenVerdict, { ok: false }>, string, string, string]>([
    [{ ok: false, problem: "malformed" }, code, "The access token is invalid.", "The access token is invalid."],
    [{ ok: false, problem: "badSignature" }, code, "The access token is invalid.", "The access token is invalid."],
    [
      { ok: false, problem: "expired", atMs },
      "ExpiredAuthenticationToken",
      "The access token expiry UTC time '8/17/2020 3:46:33 AM' is earlier than current UTC time '6/23/2026 10:32:49 AM'.",
      "The access token has expired.",
    ],
    [
      { ok: false, problem: "notYetValid", atMs: Date.UTC(2030, 0, 2, 12, 0, 5) },
      code,
      "The access token is not valid before UTC time '1/2/2030 12:00:05 PM'.",
      "The access token is not yet valid.",
    ],
    [
      { ok: false, problem: "notYetValid", atMs: Date.UTC(2030, 0, 2, 0, 0, 5) },
      code,
      "The access token is not valid before UTC time '1/2/2030 12:00:05 AM'.",
      "The access token is not yet valid.",
    ],
    [
      { ok: false, problem: "wrongAudience", audience: "https://graph" },
      code,
      "The access token has been obtained for wrong audience or resource 'https://graph'.",
      "The access token has been obtained for a wrong audience.",
    ],
    [
      { ok: false, problem: "unknownIssuer", issuer: "https://evil" },
      code,
      "The access token is from the wrong issuer 'https://evil'.",
      "The access token is from the wrong issuer.",
    ],
  ])("refuses an invalid token (%j) with 401 and the reason", async (verdict, expectedCode, message, description) => {
    const error = await refused("Bearer abc", verdict);
    expect(error).toMatchObject({ code: expectedCode, status: 401, message, speaker: "gateway" });
    expect(error.headers["www-authenticate"]).toBe(challenge(description));
  });

  test("never repeats the token in a refusal", async () => {
    const error = await refused("Bearer s3cret");
    expect(JSON.stringify([error.message, error.headers])).not.toContain("s3cret");
  });
});
