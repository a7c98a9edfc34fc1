import { describe, expect, test } from "vitest";
import { correlationIdOf } from "../../../src/arm/pipeline/exchange.ts";
import { QuotaCounters } from "../../../src/arm/quota.ts";
import { headersOfResponse } from "../../../src/arm/response-headers.ts";
import { correlationId, exchangeOf, headersIn, requestId } from "../../support/exchange.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const quota = new QuotaCounters(new ManualClock());

const headersFor = async (headers: Record<string, string>): Promise<Record<string, string>> =>
  headersIn(headersOfResponse(exchangeOf({ headers }), { speaker: "gateway", status: 200 }, quota));

test("sets the recorded headers on every response", async () => {
  expect(await headersFor({})).toEqual({
    "cache-control": "no-cache",
    pragma: "no-cache",
    expires: "-1",
    "x-content-type-options": "nosniff",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-ms-request-id": requestId,
    "x-ms-correlation-request-id": correlationId,
    "x-ms-routing-request-id": `LOCAL:20260623T103249Z:${correlationId}`,
  });
});

test.each([
  { "sec-fetch-site": "same-origin" },
  { "sec-fetch-mode": "navigate" },
  { "sec-ch-ua": '"Chromium";v="140"' },
  { "upgrade-insecure-requests": "1" },
  { accept: "text/html,application/xhtml+xml,*/*;q=0.8" },
  { origin: "null" },
  { cookie: "a=b" },
  { "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:78.0) Gecko/20100101 Firefox/78.0" },
])("sends a browser no Strict-Transport-Security: %j", async (headers) => {
  expect(await headersFor(headers as Record<string, string>)).not.toHaveProperty("strict-transport-security");
});

test.each(["curl/8.5.0", "azsdk-js-arm-redisenterprise/1.0.0 core-rest-pipeline/1.20.0 Node/26.0.0 OS/(x64-Linux)"])(
  "sends programs Strict-Transport-Security as Azure does: %s",
  async (name) => {
    const headers = await headersFor({ "user-agent": name, accept: "application/json" });
    expect(headers).toHaveProperty("strict-transport-security");
  },
);

describe("the client's request id", () => {
  const id = "x-ms-client-request-id";
  const wish = "x-ms-return-client-request-id";

  test.each(["true", "True"])("returns the client's request id if it asks for it (%s)", async (value) => {
    expect(await headersFor({ [id]: "abc", [wish]: value })).toMatchObject({ [id]: "abc" });
  });

  test.each([{ [id]: "abc" }, { [id]: "abc", [wish]: "false" }, { [wish]: "true" }])(
    "returns no client request id otherwise (%j)",
    async (headers) => {
      expect(await headersFor(headers as Record<string, string>)).not.toHaveProperty(id);
    },
  );
});

describe("the caller's correlation id", () => {
  test("uses the caller's correlation id", () => {
    expect(correlationIdOf({ "x-ms-correlation-request-id": correlationId })).toBe(correlationId);
  });

  test.each(["", "a b", "a\nb", "x".repeat(129), undefined])("ignores the correlation id %j", (given) => {
    expect(correlationIdOf({ "x-ms-correlation-request-id": given })).toBeUndefined();
  });
});
