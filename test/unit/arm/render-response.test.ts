import { describe, expect, test } from "vitest";
import { ArmError } from "../../../src/arm/arm-error.ts";
import { gatewayResponse, providerResponse } from "../../../src/arm/resource-type.ts";
import { renderBody, renderError } from "../../../src/arm/render-response.ts";

const code = "BadRequest";
const details = [{ code, message: "A.", target: "a" }];
const stamp = { correlationId: "c-1", requestId: "r-1", nowMs: Date.UTC(2026, 6, 21, 18, 35, 32) };
const tail = "CorrelationID=c-1 RequestID=r-1 Timestamp=07/21/2026 18:35:32 (UTC)";

describe("ARM's own error", () => {
  test("renders ARM's own error with only code and message, and a header that names ARM", () => {
    expect(renderError(new ArmError({ code, message: "No." }), stamp)).toEqual({
      status: 400,
      body: { error: { code, message: "No." } },
      speaker: "gateway",
      headers: { "x-ms-failure-cause": "gateway" },
    });
  });

  test("renders target, details and headers of ARM's error if it has them", () => {
    const error = new ArmError({ code, message: "No.", target: "a", details, headers: { "retry-after": "10" } });
    expect(renderError(error, stamp)).toMatchObject({
      body: { error: { code, message: "No.", target: "a", details } },
      headers: { "x-ms-failure-cause": "gateway", "retry-after": "10" },
    });
  });
});

describe("a provider's error", () => {
  test("renders a provider's error with the request's ids and time, and a target that is null", () => {
    const error = new ArmError({ code, message: "No.", speaker: "provider", target: "a" });
    expect(renderError(error, stamp)).toEqual({
      status: 400,
      body: { error: { code, message: `No. ${tail}`, target: null } },
      speaker: "provider",
      headers: {},
    });
  });

  test("renders several faults of a provider's error as details", () => {
    const error = new ArmError({ code, message: "No.", speaker: "provider", target: "a", details });
    expect(renderError(error, stamp).body).toEqual({ error: { code, message: `No. ${tail}`, target: null, details } });
  });
});

describe("an error of Microsoft.Network", () => {
  test("renders an error of Microsoft.Network with details, also empty ones, and without a target", () => {
    expect(renderError(new ArmError({ code, message: "No.", speaker: "network", target: "a" }), stamp)).toEqual({
      status: 400,
      body: { error: { code, message: "No.", details: [] } },
      speaker: "network",
      headers: {},
    });
  });

  test("renders details and headers of an error of Microsoft.Network", () => {
    const error = new ArmError({ code, message: "No.", speaker: "network", details, headers: { "retry-after": "11" } });
    expect(renderError(error, stamp)).toMatchObject({
      body: { error: { code, message: "No.", details } },
      headers: { "retry-after": "11" },
    });
  });
});

describe("a body", () => {
  test("renders bodies of ARM and Microsoft.Network compact, others indented by two spaces with CRLF", () => {
    const body = { error: { code: "C", target: null } };
    expect(renderBody(body, "gateway")).toBe('{"error":{"code":"C","target":null}}');
    expect(renderBody(body, "network")).toBe('{"error":{"code":"C","target":null}}');
    expect(renderBody(body, "provider")).toBe(
      '{\r\n  "error": {\r\n    "code": "C",\r\n    "target": null\r\n  }\r\n}',
    );
  });

  test("keeps line feeds inside strings of a body", () => {
    expect(JSON.parse(renderBody({ a: "one\ntwo" }, "provider"))).toEqual({ a: "one\ntwo" });
  });

  test("renders a response without a body", () => {
    expect(gatewayResponse(204)).toEqual({ status: 204, headers: {}, speaker: "gateway" });
    expect(providerResponse(204)).toEqual({ status: 204, headers: {}, speaker: "provider" });
  });
});
