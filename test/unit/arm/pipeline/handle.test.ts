import { describe, expect, test } from "vitest";
import { gatewayResponse, type ArmRequest } from "../../../../src/arm/resource-type.ts";
import { handle } from "../../../../src/arm/pipeline/handle.ts";
import { exchangeOf, operation, owner, pipelineServices, refusalOf } from "../../../support/exchange.ts";

test("passes what the other steps have found to the handler", async () => {
  const seen: ArmRequest[] = [];
  const get = operation("get", {
    handle: async (request) => {
      seen.push(request);
      return gatewayResponse(200, { a: 1 });
    },
  });
  const response = await handle(exchangeOf({ operation: get, resourceId: "/x", apiVersion: "v" }), pipelineServices());
  expect(response).toEqual({ status: 200, body: { a: 1 }, headers: {}, speaker: "gateway" });
  expect(seen).toMatchObject([{ resourceId: "/x", apiVersion: "v", caller: owner, operation: get }]);
});

test("refuses a missing body before it calls the handler", async () => {
  const put = operation("put", { body: "required" });
  expect(
    await refusalOf(() => handle(exchangeOf({ method: "PUT", operation: put }), pipelineServices())),
  ).toMatchObject({
    code: "InvalidRequestContent",
    status: 400,
    message: "The request content is missing; a JSON object is required.",
  });
  const response = await handle(exchangeOf({ method: "PUT", operation: put, body: {} }), pipelineServices());
  expect(response?.status).toBe(200);
});

describe("HEAD", () => {
  const answering = (status: number) =>
    operation("get", { handle: async () => ({ ...gatewayResponse(status, { a: 1 }), headers: { etag: "x" } }) });

  test.each([
    [200, 204],
    [202, 202],
    [404, 404],
  ])("HEAD turns %d into %d without a body and keeps the headers", async (status, expected) => {
    const exchange = exchangeOf({ method: "HEAD", operation: answering(status) });
    expect(await handle(exchange, pipelineServices())).toEqual({
      status: expected,
      headers: { etag: "x" },
      speaker: "gateway",
    });
  });
});

test("fails to handle an exchange without a caller", () => {
  const exchange = exchangeOf({ operation: operation("get"), caller: undefined });
  expect(() => handle(exchange, pipelineServices())).toThrow("Handling needs a caller and an operation.");
});
