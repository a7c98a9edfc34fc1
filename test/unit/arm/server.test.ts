import fastify from "fastify";
import { describe, expect, test } from "vitest";
import { gatewayResponse, providerResponse } from "../../../src/arm/resource-type.ts";
import type { ArmRequest, ArmResponse } from "../../../src/arm/resource-type.ts";
import { bodyLimits } from "../../../src/arm/pipeline/read-request.ts";
import { Registry } from "../../../src/arm/registry.ts";
import { registerArm } from "../../../src/arm/routes.ts";
import { createArm } from "../../../src/arm/server.ts";
import { createLog, type Log } from "../../../src/kernel/log.ts";
import { operation, owner, pipelineServices, resourceType } from "../../support/exchange.ts";
import { requestTo } from "../../support/inject.ts";
import { keepingLog } from "../../support/keeping-log.ts";
import { group, seededStore } from "../../support/seeded-store.ts";

const box = `${group}/providers/Sample.Boxes/boxes/b1?api-version=2024-01-01`;

/** ARM over one type, all of whose operations answer the same. */
async function serving(handle: (request: ArmRequest) => Promise<ArmResponse>, log: Log = createLog("silent")) {
  const each = operation("each", { handle });
  const operations = { get: each, list: each, put: each, delete: each, actions: { open: each } };
  const registry = new Registry([resourceType(["boxes"], { operations })]);
  const app = fastify();
  const services = pipelineServices({ store: await seededStore(), registry });
  await registerArm(app, createArm({ ...services, log }));
  return requestTo(app);
}

describe("a provider's answer", () => {
  test("lays out a provider's response as the provider does, with build id and operation's identifier", async () => {
    const request = await serving(async () => providerResponse(201, { a: 1 }, { etag: "x" }));
    const { status, text, headers } = await request("PUT", box, {});
    expect({ status, text }).toEqual({ status: 201, text: '{\r\n  "a": 1\r\n}' });
    expect(headers).toMatchObject({
      etag: "x",
      "content-type": "application/json; charset=utf-8",
      "x-rp-server-mvid": expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      "x-ms-ratelimit-remaining-subscription-writes": "799",
    });
    const identifier = `tenantId=${owner.tenantId},objectId=${owner.objectId}/local/${headers["x-ms-request-id"] ?? ""}`;
    expect(headers["x-ms-operation-identifier"]).toBe(identifier);
  });

  test("sets no operation's identifier on reads and lists of tracked resources", async () => {
    const request = await serving(async () => providerResponse(200, {}));
    for (const path of [box, box.replace("/b1", "")]) {
      const { status, headers } = await request("GET", path);
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty("x-ms-operation-identifier");
    }
  });

  test("sends a response with its own media type", async () => {
    const contentType = "application/problem+json; charset=utf-8";
    const request = await serving(async () => ({ ...providerResponse(404, {}), contentType }));
    expect((await request("GET", box)).headers["content-type"]).toBe(contentType);
  });

  test("sends the same build id from every server", async () => {
    const first = await serving(async () => providerResponse(200));
    const second = await serving(async () => providerResponse(200));
    const mvid = async (request: typeof first) => (await request("GET", box)).headers["x-rp-server-mvid"];
    expect(await mvid(first)).toBe(await mvid(second));
  });
});

describe("ARM's own answer", () => {
  test("sends ARM's own response compact, with the quota", async () => {
    const request = await serving(async () => gatewayResponse(200, { a: [1, 2] }));
    const { text, headers } = await request("GET", box);
    expect(text).toBe('{"a":[1,2]}');
    expect(headers).not.toHaveProperty("x-rp-server-mvid");
    expect(headers["x-ms-ratelimit-remaining-subscription-reads"]).toBe("1099");
  });

  test("sends no quota with ARM's own refusal", async () => {
    const request = await serving(async () => gatewayResponse(200));
    const { status, headers } = await request("GET", box.replace("rg1", "rg2"));
    expect(status).toBe(404);
    expect(Object.keys(headers).filter((name) => name.startsWith("x-ms-ratelimit"))).toEqual([]);
    expect(headers["x-ms-failure-cause"]).toBe("gateway");
  });

  test("sends a response without a body", async () => {
    const request = await serving(async () => gatewayResponse(204));
    expect(await request("DELETE", box)).toMatchObject({ status: 204, text: "" });
  });
});

test("returns a fixed 500 for an unexpected error and reveals nothing", async () => {
  const request = await serving(async () => Promise.reject(new Error("password hunter2 in /etc/secret")));
  const { status, text } = await request("GET", box);
  expect(status).toBe(500);
  expect(text).toBe('{"error":{"code":"InternalServerError","message":"The server encountered an internal error."}}');
});

test("passes a body of any media type to the pipeline, which refuses it in Azure's words", async () => {
  const request = await serving(async () => gatewayResponse(200));
  const answer = await request("PUT", box, "a=b", { "content-type": "application/x-www-form-urlencoded" });
  expect(answer).toMatchObject({ status: 415, body: { error: { code: "UnsupportedMediaType" } } });
});

test("accepts a body of 4 MB and refuses one byte more", async () => {
  const request = await serving(async ({ body }) => gatewayResponse(200, { names: Object.keys(body ?? {}) }));
  const bodyOf = (bytes: number): string => JSON.stringify({ a: "x".repeat(bytes - '{"a":""}'.length) });
  expect((await request("PUT", box, bodyOf(bodyLimits.maxBytes))).status).toBe(200);
  expect((await request("PUT", box, bodyOf(bodyLimits.maxBytes + 1))).status).toBe(413);
});

test("uses the caller's correlation id everywhere", async () => {
  const request = await serving(async ({ correlationId }) => gatewayResponse(200, { correlationId }));
  const { body, headers } = await request("GET", box, undefined, { "x-ms-correlation-request-id": "mine" });
  expect(body).toEqual({ correlationId: "mine" });
  expect(headers["x-ms-correlation-request-id"]).toBe("mine");
  expect(headers["x-ms-routing-request-id"]).toMatch(/:mine$/);
});

describe("the log", () => {
  const authorization = "Bearer hunter2";
  const correlation = { "x-ms-correlation-request-id": "mine" };

  test("logs a line for every request, and nothing secret at any level", async () => {
    const { log, lines } = keepingLog("trace");
    const request = await serving(async () => gatewayResponse(200, { password: "hunter2" }), log);
    await request("PUT", `${box}&sig=hunter2`, { password: "hunter2" }, { authorization, ...correlation });
    await request("PUT", `${box.replace("b1", "b2")}&sig=hunter2`, '{"hunter2', { authorization });
    await request("GET", "/subscriptions?token=hunter2", undefined, { authorization });
    const path = box.split("?")[0] ?? "";
    expect(lines()).toMatchObject([
      { method: "PUT", path, apiVersion: "2024-01-01", status: 200, correlationId: "mine", ms: 0, msg: "Answered." },
      { method: "PUT", path: path.replace("b1", "b2"), status: 400, code: "InvalidRequestContent" },
      { method: "GET", path: "/subscriptions", status: 400, code: "MissingApiVersionParameter" },
    ]);
    expect(JSON.stringify(lines())).not.toContain("hunter2");
  });

  test("logs no requests above debug", async () => {
    const { log, lines } = keepingLog("info");
    const request = await serving(async () => gatewayResponse(200), log);
    await request("GET", box);
    expect(lines()).toEqual([]);
  });
});
