import { describe, expect, test } from "vitest";
import { ArmError } from "../../../src/arm/arm-error.ts";
import { gatewayResponse, providerResponse } from "../../../src/arm/resource-type.ts";
import { renderBody, renderError } from "../../../src/arm/render-response.ts";

const code = "BadRequest";
const details = [{ code, message: "A.", target: "a" }];
const stamp = { correlationId: "c-1", requestId: "r-1", nowMs: Date.UTC(2026, 6, 21, 18, 35, 32) };
const tail = "CorrelationID=c-1 RequestID=r-1 Timestamp=07/21/2026 18:35:32 (UTC)";

describe("ARM's own error", () => {
  test("has a code and a message alone, and a header that names ARM", () => {
    expect(renderError(new ArmError({ code, message: "No." }), stamp)).toEqual({
      status: 400,
      body: { error: { code, message: "No." } },
      speaker: "gateway",
      headers: { "x-ms-failure-cause": "gateway" },
    });
  });

  test("carries target, details and headers where it has them", () => {
    const error = new ArmError({ code, message: "No.", target: "a", details, headers: { "retry-after": "10" } });
    expect(renderError(error, stamp)).toMatchObject({
      body: { error: { code, message: "No.", target: "a", details } },
      headers: { "x-ms-failure-cause": "gateway", "retry-after": "10" },
    });
  });
});

describe("a provider's error", () => {
  test("tells the request's ids and time, and has a target that is null", () => {
    const error = new ArmError({ code, message: "No.", speaker: "provider", target: "a" });
    expect(renderError(error, stamp)).toEqual({
      status: 400,
      body: { error: { code, message: `No. ${tail}`, target: null } },
      speaker: "provider",
      headers: {},
    });
  });

  test("carries several faults in its details", () => {
    const error = new ArmError({ code, message: "No.", speaker: "provider", target: "a", details });
    expect(renderError(error, stamp).body).toEqual({ error: { code, message: `No. ${tail}`, target: null, details } });
  });
});

describe("an error of Microsoft.Network", () => {
  test("always has details, empty where there are none, and neither a target nor a word of the gateway", () => {
    expect(renderError(new ArmError({ code, message: "No.", speaker: "network", target: "a" }), stamp)).toEqual({
      status: 400,
      body: { error: { code, message: "No.", details: [] } },
      speaker: "network",
      headers: {},
    });
  });

  test("carries its details and headers", () => {
    const error = new ArmError({ code, message: "No.", speaker: "network", details, headers: { "retry-after": "11" } });
    expect(renderError(error, stamp)).toMatchObject({
      body: { error: { code, message: "No.", details } },
      headers: { "retry-after": "11" },
    });
  });
});

describe("a body", () => {
  test("of ARM and of Microsoft.Network is compact, of a provider indented by two spaces with CRLF line ends", () => {
    const body = { error: { code: "C", target: null } };
    expect(renderBody(body, "gateway")).toBe('{"error":{"code":"C","target":null}}');
    expect(renderBody(body, "network")).toBe('{"error":{"code":"C","target":null}}');
    expect(renderBody(body, "provider")).toBe(
      '{\r\n  "error": {\r\n    "code": "C",\r\n    "target": null\r\n  }\r\n}',
    );
  });

  test("keeps line feeds that are inside strings", () => {
    expect(JSON.parse(renderBody({ a: "one\ntwo" }, "provider"))).toEqual({ a: "one\ntwo" });
  });

  test("may be absent", () => {
    expect(gatewayResponse(204)).toEqual({ status: 204, headers: {}, speaker: "gateway" });
    expect(providerResponse(204)).toEqual({ status: 204, headers: {}, speaker: "provider" });
  });
});
