import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  asType,
  findResource,
  listBelow,
  listChildren,
  listInSubscription,
  removeResource,
  saveResource,
  updateResource,
} from "../../src/store/resources.ts";
import { openTempStore, type TempStore } from "../support/temp-store.ts";

let temp: TempStore;
beforeEach(async () => {
  temp = await openTempStore();
});
afterEach(() => temp.close());

const resource = (id: string, document: object = {}) => ({
  id,
  typeKey: "ns/type",
  parentKey: id.toLowerCase().split("/").slice(0, -2).join("/"),
  subscriptionKey: "s",
  document,
});

const save = (id: string, document: object = {}, nowMs = 1) =>
  temp.store.write((tx) => saveResource(tx, resource(id, document), nowMs));

describe("resources", () => {
  test("asType narrows a resource to the document of its type, and throws for another type", async () => {
    const saved = await save("/subscriptions/S/Clusters/One", { size: 1 });
    expect(asType<{ size: number }>(saved, "ns/type").document.size).toBe(1);
    expect(() => asType(saved, "ns/other")).toThrow(
      "/subscriptions/S/Clusters/One is of type 'ns/type', where 'ns/other' is expected.",
    );
  });

  test("resources are found by their id in any case and keep the casing that they were written with", async () => {
    await save("/subscriptions/S/Clusters/One", { size: 1 });
    const found = await findResource(temp.store, "/SUBSCRIPTIONS/s/clusters/ONE");
    expect(found).toMatchObject({ id: "/subscriptions/S/Clusters/One", version: 1, document: { size: 1 } });
  });

  test("finds undefined for a resource that is not there", async () => {
    expect(await findResource(temp.store, "/subscriptions/s")).toBeUndefined();
  });

  test("resources count their versions and keep their creation time", async () => {
    await save("/a/b", { n: 1 }, 10);
    const second = await save("/A/b", { n: 2 }, 20);
    expect(second).toMatchObject({ id: "/A/b", version: 2, createdAtMs: 10, updatedAtMs: 20, document: { n: 2 } });
    expect(await findResource(temp.store, "/a/b")).toEqual(second);
  });

  test("lists resources by parent and type, in pages, in the order of their keys", async () => {
    for (const name of ["c", "A", "b"]) await save(`/p/x/t/${name}`);
    const scope = { parentKey: "/p/x", typeKey: "ns/type" };
    const all = await listChildren(temp.store, scope);
    expect(all.map(({ key }) => key)).toEqual(["/p/x/t/a", "/p/x/t/b", "/p/x/t/c"]);
    const page = await listChildren(temp.store, scope, { limit: 1, afterKey: "/p/x/t/a" });
    expect(page.map(({ key }) => key)).toEqual(["/p/x/t/b"]);
    expect(await listChildren(temp.store, { ...scope, typeKey: "other" })).toEqual([]);
    expect(await listInSubscription(temp.store, { subscriptionKey: "s", typeKey: "ns/type" })).toHaveLength(3);
  });

  test("lists below a resource exactly those whose path goes through it", async () => {
    for (const id of ["/g/rg1/c/a", "/g/rg1/c/a/d/x", "/g/rg1-2/c/b", "/g/rg10/c/e", "/g/rg1.x/c/f"]) await save(id);
    const below = await listBelow(temp.store, "/g/rg1");
    expect(below.map(({ id }) => id)).toEqual(["/g/rg1/c/a", "/g/rg1/c/a/d/x"]);
  });

  test("resources keep any JSON document as it was", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (document) => {
        const clean = JSON.parse(JSON.stringify(document)) as object;
        await save("/json/one", clean);
        expect((await findResource(temp.store, "/json/one"))?.document).toEqual(clean);
      }),
      { numRuns: 50 },
    );
  });
});

test("removing a resource removes what extends it, and nothing else below or beside it", async () => {
  const saved = await save("/g/rg1/c/a");
  for (const id of ["/g/rg1/c/a/providers/n/locks/l", "/g/rg1/c/a/d/x", "/g/rg1/c/ab/providers/n/locks/l"])
    await save(id);
  await temp.store.write((tx) => removeResource(tx, saved));
  const left = await listBelow(temp.store, "/g");
  expect(left.map(({ id }) => id)).toEqual(["/g/rg1/c/a/d/x", "/g/rg1/c/ab/providers/n/locks/l"]);
});

test("updating a resource that was removed throws and leaves none", async () => {
  const saved = await save("/s/boxes/a");
  await temp.store.write((tx) => removeResource(tx, saved));
  await expect(temp.store.write((tx) => updateResource(tx, saved, { document: { size: 2 } }, 2))).rejects.toThrow(
    "/s/boxes/a is not there any more.",
  );
  expect(await findResource(temp.store, saved.id)).toBeUndefined();
});
