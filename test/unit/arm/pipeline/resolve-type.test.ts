import { expect, test } from "vitest";
import { resolveType } from "../../../../src/arm/pipeline/resolve-type.ts";
import { Registry } from "../../../../src/arm/registry.ts";
import { exchangeOf, pipelineServices, refusalOf, resourceType } from "../../../support/exchange.ts";
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
