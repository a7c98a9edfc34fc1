import { expect, test } from "vitest";
import { checkApiVersion, resolveOperation, resolveType } from "../../../../src/arm/pipeline/resolve-type.ts";
import { Registry } from "../../../../src/arm/registry.ts";
import { parseArmPath } from "../../../../src/arm/resource-id.ts";
import { exchangeOf, operation, pipelineServices, refusalOf, resourceType } from "../../../support/exchange.ts";
import { notServed } from "../../../support/not-served.ts";

const boxes = resourceType(["boxes"]);
const lids = resourceType(["boxes", "lids"]);
const native = { namespace: "Microsoft.Resources", isNative: true } as const;
const groups = resourceType(["subscriptions", "resourceGroups"], native);
const tags = resourceType(["tags"], { namespace: "Microsoft.Resources" });
const services = pipelineServices({ registry: new Registry([boxes, lids, groups, tags]) });
const rg = "/subscriptions/s/resourceGroups/rg";
const version = "api-version=2024-01-01";

const resolve = (method: string, url: string) => {
  const exchange = exchangeOf({ method, url });
  void resolveType(exchange, services);
  return exchange;
};

test.each([
  ["GET", `${rg}/providers/Sample.Boxes/boxes/b`, boxes],
  ["GET", `${rg}/providers/SAMPLE.boxes/BOXES`, boxes],
  ["GET", `${rg}/providers/Sample.Boxes/boxes/b/lids/l`, lids],
  ["POST", `${rg}/providers/Sample.Boxes/boxes/b/open`, boxes],
  ["POST", `${rg}/providers/Sample.Boxes/boxes/b/lids/l/turn`, lids],
  ["GET", rg, groups],
  ["GET", `${rg}/providers/Microsoft.Resources/tags/default`, tags],
])("finds the type of %s %s", (method, path, type) => {
  const exchange = resolve(method, `${path}?${version}`);
  expect(exchange.type).toBe(type);
  expect(exchange.apiVersion).toBe("2024-01-01");
});

test.each(["", "?api-version=", "?version=2024-01-01"])(
  "refuses a request without an api-version (%j) before it looks for the type",
  async (query) => {
    expect(await refusalOf(() => resolve("GET", `/providers/Nobody.Here/x/y${query}`))).toMatchObject({
      code: "MissingApiVersionParameter",
      status: 400,
    });
  },
);

test("refuses an unknown namespace and names it", async () => {
  expect(await refusalOf(() => resolve("GET", `${rg}/providers/Nobody.Here/x/y?${version}`))).toMatchObject({
    code: "InvalidResourceNamespace",
    message: `The resource namespace 'Nobody.Here' is invalid. ${notServed}`,
  });
});

test.each([
  ["GET", `${rg}/providers/sample.BOXES/jars/j`, "jars"],
  ["GET", `${rg}/providers/Sample.Boxes/boxes/b/open`, "boxes/open"],
  ["POST", `${rg}/providers/Sample.Boxes/jars/j/open`, "jars/open"],
  ["PUT", `/providers/Microsoft.Resources${rg}`, "subscriptions/resourceGroups"],
])("%s %s: refuses a type that the namespace does not have and names it", async (method, path, type) => {
  const namespace = path.includes("Microsoft") ? "Microsoft.Resources" : "Sample.Boxes";
  expect(await refusalOf(() => resolve(method, `${path}?${version}`))).toMatchObject({
    code: "InvalidResourceType",
    status: 404,
    message: `The resource type '${type}' could not be found in the namespace '${namespace}' for api version '2024-01-01'. ${notServed}`,
  });
});

test("refuses a provider's type in a path without providers", async () => {
  expect(await refusalOf(() => resolve("GET", `/tags/default?${version}`))).toMatchObject({
    code: "InvalidResourceType",
  });
});

test("remembers what a path asks for by method and api-version, in one registry", async () => {
  const cups = resourceType(["cups"], { operations: { get: operation("get"), delete: operation("delete") } });
  const path = parseArmPath(`${rg}/providers/Sample.Boxes/CUPS/c`);
  path.memo.isKept = true;
  const resolveAll = async (method: string, asked: string, registry: Registry) => {
    const exchange = exchangeOf({ method, path, query: new URLSearchParams({ "api-version": asked }) });
    const all = pipelineServices({ registry });
    for (const step of [resolveType, checkApiVersion, resolveOperation]) await step(exchange, all);
    const { type, apiVersion, operation: found, resourceId } = exchange;
    return { type, apiVersion, action: found?.action, resourceId };
  };
  const registry = new Registry([cups]);
  const id = `${rg}/providers/Sample.Boxes/cups/c`;
  const expected = { type: cups, apiVersion: "2024-01-01", action: "Sample.Boxes/get", resourceId: id };
  expect(await resolveAll("GET", "2024-01-01", registry)).toEqual(expected);
  expect(await resolveAll("GET", "2024-01-01", registry)).toEqual(expected);
  expect(await resolveAll("DELETE", "2024-01-01", registry)).toEqual({ ...expected, action: "Sample.Boxes/delete" });
  const preview = "2023-01-01-preview";
  expect(await resolveAll("GET", preview.toUpperCase(), registry)).toEqual({ ...expected, apiVersion: preview });
  expect(await refusalOf(() => resolveAll("GET", "1999-01-01", registry))).toMatchObject({
    code: "NoRegisteredProviderFound",
  });
  expect(await refusalOf(() => resolveAll("PUT", "2024-01-01", registry))).toMatchObject({ code: "MethodNotAllowed" });
  expect(await refusalOf(() => resolveAll("GET", "2024-01-01", new Registry([boxes])))).toMatchObject({
    code: "InvalidResourceType",
  });
});
