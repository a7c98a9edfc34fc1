import { describe, expect, test } from "vitest";
import { resolveOperation } from "../../../../src/arm/pipeline/resolve-type.ts";
import type { TypeOperations } from "../../../../src/arm/resource-type.ts";
import { exchangeOf, operation, pipelineServices, refusalOf, resourceType } from "../../../support/exchange.ts";
import { notServed } from "../../../support/not-served.ts";

const operations: TypeOperations = {
  get: operation("get"),
  put: operation("put"),
  patch: operation("patch"),
  delete: operation("delete"),
  list: operation("list"),
  listBySubscription: operation("listBySubscription"),
  actions: { listKeys: operation("listKeys"), flush: operation("flush", { apiVersions: ["2024-01-01"] }) },
};
const boxes = resourceType(["boxes"], { operations });
const rg = "/subscriptions/s/resourceGroups/rg";
const collection = `${rg}/providers/Sample.Boxes/boxes`;

const resolve = (method: string, url: string, apiVersion = "2024-01-01", type = boxes) => {
  const exchange = exchangeOf({ method, url, type, apiVersion });
  void resolveOperation(exchange, pipelineServices());
  return exchange;
};

test.each([
  ["GET", `${collection}/b`, "get", `${collection}/b`],
  ["HEAD", `${collection}/b`, "get", `${collection}/b`],
  ["PUT", `${collection}/b`, "put", `${collection}/b`],
  ["PATCH", `${collection}/b`, "patch", `${collection}/b`],
  ["DELETE", `${collection}/b`, "delete", `${collection}/b`],
  ["GET", collection, "list", `${rg}/providers/Sample.Boxes`],
  [
    "GET",
    "/subscriptions/s/providers/Sample.Boxes/boxes",
    "listBySubscription",
    "/subscriptions/s/providers/Sample.Boxes",
  ],
  ["POST", `${collection}/b/LISTKEYS`, "listKeys", `${collection}/b`],
])("finds the operation of %s %s", (method, url, name, resourceId) => {
  const exchange = resolve(method, url);
  expect(exchange.operation?.display.operation).toBe(name);
  expect(exchange.resourceId).toBe(resourceId);
});

test("prefers a type's own HEAD to its GET", () => {
  const type = resourceType(["boxes"], { operations: { ...operations, head: operation("head") } });
  expect(resolve("HEAD", `${collection}/b`, "2024-01-01", type).operation?.display.operation).toBe("head");
});

test("takes the action of an operation from the path if it depends on it", () => {
  const register = operation("register", { actionFor: ({ names }) => `${names[0] ?? ""}/register/action` });
  const type = resourceType(["boxes"], { operations: { actions: { register } } });
  const exchange = resolve("POST", `${collection}/b/register`, "2024-01-01", type);
  expect(exchange.operation?.action).toBe("b/register/action");
  expect(register.action).toBe("Sample.Boxes/register");
});

describe("a method that the type does not have", () => {
  test.each([
    ["POST", `${collection}/b`],
    ["PUT", collection],
    ["DELETE", collection],
    ["HEAD", collection],
    ["PUT", "/subscriptions/s/providers/Sample.Boxes/boxes"],
    ["GET", "/subscriptions/s/providers/Sample.Boxes/boxes/b"],
    ["OPTIONS", `${collection}/b`],
  ])("refuses the method of %s %s", async (method, url) => {
    expect(await refusalOf(() => resolve(method, url))).toMatchObject({
      status: 405,
      code: "MethodNotAllowed",
      message: `The requested resource does not support http method '${method}'. ${notServed}`,
    });
  });
});

test.each([
  ["open", "2024-01-01"],
  ["flush", "2023-01-01-preview"],
])("refuses an action that the type does not have in this version (%s, %s) and names it", async (action, version) => {
  expect(await refusalOf(() => resolve("POST", `${collection}/b/${action}`, version))).toMatchObject({
    code: "ResourceActionNotFound",
    status: 404,
    message: `The action '${action}' could not be found on resource type 'Sample.Boxes/boxes' for api version '${version}'. ${notServed}`,
  });
});
