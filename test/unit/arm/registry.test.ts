import { expect, test } from "vitest";
import { operationsOf, Registry } from "../../../src/arm/registry.ts";
import { typeKey, typeName } from "../../../src/arm/resource-type.ts";
import { operation, resourceType } from "../../support/exchange.ts";

const boxes = resourceType(["boxes"]);
const lids = resourceType(["boxes", "lids"]);
const jars = resourceType(["jars"], { namespace: "Other.Things" });

test("finds a type by namespace and types in any case", () => {
  const registry = new Registry([boxes, lids, jars]);
  expect(registry.find("SAMPLE.boxes", ["Boxes", "LIDS"])).toBe(lids);
  expect(registry.find("Sample.Boxes", ["lids"])).toBeUndefined();
  expect(registry.find("Nobody.Here", ["boxes"])).toBeUndefined();
});

test("lists namespaces in their published spelling, each with its types", () => {
  const registry = new Registry([boxes, lids, jars]);
  expect(registry.namespaces()).toEqual(["Sample.Boxes", "Other.Things"]);
  expect(registry.typesOf("other.THINGS")).toEqual([jars]);
  expect(registry.typesOf("Nobody.Here")).toEqual([]);
  expect(registry.trackedTypes()).toEqual([boxes, jars]);
});

test("refuses to register a type twice, in any spelling", () => {
  expect(() => new Registry([boxes, resourceType(["BOXES"])])).toThrow(
    "The resource type 'sample.boxes/boxes' is registered twice.",
  );
});

test("names a type as published, and keys it in lower case", () => {
  expect([typeName(lids), typeKey(lids)]).toEqual(["Sample.Boxes/boxes/lids", "sample.boxes/boxes/lids"]);
});

test("lists a type's operations on the resource, its collections and its actions", () => {
  const operations = { get: operation("get"), list: operation("list"), actions: { open: operation("open") } };
  const names = operationsOf(resourceType(["boxes"], { operations })).map(({ display }) => display.operation);
  expect(names).toEqual(["get", "list", "open"]);
});
