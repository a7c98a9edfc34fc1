import fc from "fast-check";
import { expect, test } from "vitest";
import { PackedResources } from "../../../src/store/memory/packed-resources.ts";

const resourceOf = (name: string, version = 1) => {
  const id = `/subscriptions/S1/resourceGroups/${name}`;
  return {
    id,
    key: id.toLowerCase(),
    typeKey: `types/${name.length % 3}`,
    parentKey: "/subscriptions/s1",
    subscriptionKey: "s1",
    version,
    createdAtMs: 1_700_000_000_123,
    updatedAtMs: 1_700_000_000_456 + version,
  };
};

const textOf = (value: string): string => JSON.stringify({ value });

test("a packed resource comes back as it was, in any script and with any numbers", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.nat(), fc.jsonValue(), (name, version, value) => {
      const packed = new PackedResources({ maxBytes: 4_194_304 });
      const resource = resourceOf(name, version);
      const text = JSON.stringify({ value });
      packed.set(resource, text);
      const found = packed.get(resource.key);
      // Lower case may be longer than what it is made from; nothing else is part of the id then.
      expect(found?.resource).toEqual({ ...resource, document: JSON.parse(text) as object });
      expect(found?.textLength).toBe(text.length);
    }),
  );
});

test("a resource whose parent is no part of its id is not kept", () => {
  const packed = new PackedResources({ maxBytes: 4_194_304 });
  packed.set({ ...resourceOf("a"), parentKey: "/elsewhere" }, "{}");
  packed.set({ ...resourceOf("b"), subscriptionKey: "s2" }, "{}");
  expect(packed.count).toBe(0);
});

test("a resource that has become too large to keep is forgotten", () => {
  const packed = new PackedResources({ maxBytes: 4_194_304 });
  packed.set(resourceOf("a"), textOf("small"));
  packed.set(resourceOf("a", 2), textOf("x".repeat(80_000)));
  expect(packed.get(resourceOf("a").key)).toBeUndefined();
  expect(packed.count).toBe(0);
});

test("any writes and removals leave what a map has, or less once there is no more room", () => {
  const stepArb = fc.record({
    name: fc.integer({ min: 0, max: 300 }).map(String),
    isRemoval: fc.boolean(),
    size: fc.integer({ min: 0, max: 30_000 }),
  });
  fc.assert(
    fc.property(fc.array(stepArb, { minLength: 300, maxLength: 1_200, size: "max" }), (steps) => {
      const packed = new PackedResources({ maxBytes: 3 * 1_048_576 });
      const model = new Map<string, string>();
      for (const { name, isRemoval, size } of steps) {
        const resource = resourceOf(name);
        if (isRemoval) packed.delete(resource.key);
        else packed.set(resource, textOf(name + "x".repeat(size)));
        if (isRemoval) model.delete(resource.key);
        else model.set(resource.key, name + "x".repeat(size));
      }
      let count = 0;
      for (let name = 0; name <= 300; name += 1) {
        const { key } = resourceOf(String(name));
        const found = packed.get(key);
        if (found === undefined) continue;
        count += 1;
        expect(found.resource.document["value"]).toBe(model.get(key));
      }
      expect(packed.count).toBe(count);
      expect(packed.bytes).toBeLessThanOrEqual(3 * 1_048_576);
    }),
    { numRuns: 20, endOnFailure: true },
  );
});

test("writing one resource again and again takes no more room than it needs", () => {
  const packed = new PackedResources({ maxBytes: 64 * 1_048_576 });
  for (let index = 0; index < 100; index += 1) packed.set(resourceOf(`kept${index}`), textOf("kept"));
  for (let version = 1; version <= 2_000; version += 1)
    packed.set(resourceOf("a", version), textOf("x".repeat(10_000)));
  expect(packed.bytes).toBeLessThanOrEqual(2 * 1_048_576);
  expect(packed.count).toBe(101);
  expect(packed.get(resourceOf("a").key)?.resource.version).toBe(2_000);
  expect(packed.get(resourceOf("kept7").key)?.resource.document).toEqual({ value: "kept" });
});

test.each([0, 1, 1.9])("nothing is kept in %d MB, and there is never room", (mb) => {
  const packed = new PackedResources({ maxBytes: mb * 1_048_576 });
  packed.set(resourceOf("a"), "{}");
  expect([packed.count, packed.bytes, packed.hasRoom]).toEqual([0, 0, false]);
});

test("of more resources than have room, those that are read stay", () => {
  const packed = new PackedResources({ maxBytes: 2 * 1_048_576 });
  const { key } = resourceOf("hot");
  packed.set(resourceOf("hot"), textOf("hot"));
  for (let index = 0; index < 3_000; index += 1) {
    packed.set(resourceOf(`cold${index}`), textOf("x".repeat(2_000)));
    expect(packed.get(key)?.resource.document).toEqual({ value: "hot" });
  }
  expect(packed.get(resourceOf("cold0").key)).toBeUndefined();
  expect(packed.get(resourceOf("cold2999").key)).toBeDefined();
});
