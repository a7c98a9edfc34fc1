import { expect, test } from "vitest";
import { resourceKind } from "../../../src/arm/resource-kind.ts";
import { findResource } from "../../../src/store/resources.ts";
import { box, group, seededStore, subscriptionId } from "../../support/seeded-store.ts";

interface Jar {
  readonly fill: number;
}

const jars = resourceKind<Jar>("Sample.Boxes", ["boxes", "jars"]);
const id = `${box}/jars/J1`;

test("finds a created resource in any case, among its parent's children and in its subscription", async () => {
  const store = await seededStore();
  const made = await store.write((tx) => jars.create(tx, id, { fill: 1 }, 5));
  expect(made).toMatchObject({
    parentKey: box.toLowerCase(),
    subscriptionKey: subscriptionId,
    typeKey: "sample.boxes/boxes/jars",
  });
  expect(await jars.find(store, id.toUpperCase())).toEqual(made);
  expect(await jars.children(store, box.toLowerCase())).toEqual([made]);
  expect(await jars.inSubscription(store, subscriptionId)).toEqual([made]);
  expect(await jars.all(store)).toEqual([made]);
});

test("an update changes document, version and spelling, and keeps the rest", async () => {
  const store = await seededStore();
  const made = await store.write((tx) => jars.save(tx, undefined, { id, document: { fill: 1 } }, 5));
  const spelled = `${box}/jars/j1`;
  const changed = await store.write((tx) => jars.save(tx, made, { id: spelled, document: { fill: 2 } }, 9));
  expect(changed).toEqual({ ...made, id: spelled, version: 2, updatedAtMs: 9, document: { fill: 2 } });
  expect(await jars.require(store, id)).toEqual(changed);
});

test("a resource of another type is not found, not cast, and not of the kind", async () => {
  const store = await seededStore();
  const other = await findResource(store, group);
  if (other === undefined) throw new Error("There is no group.");
  expect(jars.is(other)).toBe(false);
  expect(await jars.find(store, group)).toBeUndefined();
  expect(() => jars.cast(other)).toThrow("where 'sample.boxes/boxes/jars' is expected");
  await expect(jars.require(store, group)).rejects.toThrow(`${group} does not exist.`);
});

test("makes the group the parent of an outermost resource, and the extended resource that of an extension", async () => {
  const store = await seededStore();
  const outermost = resourceKind<Jar>("Sample.Boxes", ["boxes"]);
  const extension = resourceKind<Jar>("Sample.Labels", ["labels"]);
  const made = await store.write(async (tx) => [
    await outermost.create(tx, `${group}/providers/Sample.Boxes/boxes/b9`, { fill: 0 }, 1),
    await extension.create(tx, `${box}/providers/Sample.Labels/labels/l1`, { fill: 0 }, 1),
  ]);
  expect(made.map(({ parentKey }) => parentKey)).toEqual([group.toLowerCase(), box.toLowerCase()]);
});
