import { expect, onTestFinished, test } from "vitest";
import { KeptBodies, type TextResponse } from "../../../src/arm/kept-bodies.ts";
import type { JsonObject } from "../../../src/kernel/json.ts";
import { findResource, listChildren, removeResource, saveResource } from "../../../src/store/resources.ts";
import type { Queryable, Store, StoredResource, Transaction } from "../../../src/store/store.ts";
import { openTempStore } from "../../support/temp-store.ts";

const root = "/subscriptions/s/g/box1";

const save = (tx: Transaction, id: string, n: number) =>
  saveResource(
    tx,
    { id, typeKey: "t", parentKey: id.slice(0, id.lastIndexOf("/")), subscriptionKey: "s", document: { n } },
    1,
  );

async function begin(options: { isVerified?: boolean; maxBytes?: number } = {}) {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const { store } = temp;
  await store.write(async (tx) => {
    await save(tx, root, 1);
    await save(tx, `${root}/a`, 1);
  });
  const kept = new KeptBodies({ maxBytes: 1_000_000, ...options });
  return { store, kept };
}

async function require(store: Queryable, id: string): Promise<StoredResource> {
  const found = await findResource(store, id);
  if (found === undefined) throw new Error(`${id} is not there.`);
  return found;
}

const textOf = (document: JsonObject): string => JSON.stringify(document["n"]);

const respond = (text: string): TextResponse => ({ status: 200, speaker: "gateway", text });

const make = async (store: Store, kept: KeptBodies, render: (from: Queryable) => Promise<string>): Promise<string> => {
  const resources = [await require(store, root)];
  const [made] = await kept.make(store, { resources, form: "f" }, async (from) => [respond(await render(from))]);
  return made?.text ?? "";
};

const keptText = async (store: Store, kept: KeptBodies, form = "f"): Promise<string | undefined> =>
  kept.get(await require(store, root), form)?.text;

const childSum = async (from: Queryable): Promise<string> => {
  const children = await listChildren(from, { parentKey: root, typeKey: "t" });
  return children.map(({ document }) => Number(document["n"])).join("+");
};

test("a response is kept for its form until its resource is written", async () => {
  const { store, kept } = await begin();
  await make(store, kept, async () => "made");
  expect(await keptText(store, kept)).toBe("made");
  expect(await keptText(store, kept, "another")).toBeUndefined();
  await store.write((tx) => save(tx, root, 2));
  expect(await keptText(store, kept)).toBeUndefined();
});

test.each([
  { what: "written", change: (tx: Transaction) => save(tx, `${root}/a`, 2), sum: "2" },
  { what: "created", change: (tx: Transaction) => save(tx, `${root}/b`, 5), sum: "1+5" },
])("a response that lists children is made again once one is $what", async ({ change, sum }) => {
  const { store, kept } = await begin();
  await make(store, kept, childSum);
  expect(await make(store, kept, childSum)).toBe("1");
  expect(await keptText(store, kept)).toBe("1");
  await store.write(change);
  expect(await keptText(store, kept)).toBeUndefined();
  expect(await make(store, kept, childSum)).toBe(sum);
});

test("a response is kept while what it read is written in a transaction that is rolled back", async () => {
  const { store, kept } = await begin();
  await make(store, kept, childSum);
  await make(store, kept, childSum);
  const failing = store.write(async (tx) => {
    await save(tx, `${root}/a`, 2);
    expect(await keptText(store, kept)).toBe("1");
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await keptText(store, kept)).toBe("1");
});

test("a response that a write overtakes while it is made is not kept", async () => {
  const { store, kept } = await begin();
  await childSum(store);
  const made = await make(store, kept, async (from) => {
    const sum = await childSum(from);
    await store.write((tx) => save(tx, `${root}/a`, 2));
    return sum;
  });
  expect(made).toBe("1");
  expect(await keptText(store, kept)).toBeUndefined();
});

test("a response that has read what is not in memory is not kept", async () => {
  const { store, kept } = await begin();
  await make(store, kept, async (from) => (await findResource(from, "/subscriptions/nowhere"))?.id ?? "");
  expect(await keptText(store, kept)).toBeUndefined();
});

test("in tests every response is made again, and one that differs from what was kept is an error", async () => {
  const { store, kept } = await begin({ isVerified: true });
  let count = 0;
  const counting = async () => String((count += 1));
  await make(store, kept, counting);
  expect(await keptText(store, kept)).toBeUndefined();
  await expect(make(store, kept, counting)).rejects.toThrow(`The response that was kept for ${root} is outdated`);
});

const scope = { parentKey: root, typeKey: "t" };

/** Makes the list of children from their responses, and keeps it. */
async function keepList(store: Store, kept: KeptBodies): Promise<void> {
  const resources = await listChildren(store, scope);
  const items: (TextResponse | undefined)[] = [];
  for (const resource of resources) {
    const render = async () => [respond(textOf(resource.document))];
    items.push(...(await kept.make(store, { resources: [resource], form: "f" }, render)));
  }
  const text = Buffer.from(resources.map(({ document }) => textOf(document)).join());
  kept.keepList(store, scope, { resources, items, text, form: "f" });
}

const listText = (store: Store, kept: KeptBodies, form = "f"): string | undefined => {
  const list = kept.getList(store, scope, form);
  return list === undefined ? undefined : Buffer.from(list.text).toString();
};

test.each([
  { what: "written", change: (tx: Transaction) => save(tx, `${root}/a`, 2) },
  { what: "created", change: (tx: Transaction) => save(tx, `${root}/b`, 5) },
  {
    what: "removed",
    change: (tx: Transaction) => removeResource(tx, { ...scope, key: `${root}/a`, subscriptionKey: "s" }),
  },
])("a whole list is kept for its form until one of its resources is $what", async ({ change }) => {
  const { store, kept } = await begin();
  await listChildren(store, scope);
  await keepList(store, kept);
  expect([listText(store, kept), listText(store, kept, "another")]).toEqual(["1", undefined]);
  await store.write<unknown>(change);
  expect(listText(store, kept)).toBeUndefined();
});

test("a list is not kept that has changed since its resources were read", async () => {
  const { store, kept } = await begin();
  const resources = await listChildren(store, scope);
  await store.write((tx) => save(tx, `${root}/b`, 5));
  await listChildren(store, scope);
  kept.keepList(store, scope, { resources, items: [], text: Buffer.from("1"), form: "f" });
  expect(listText(store, kept)).toBeUndefined();
});

test("a list is not kept when another reader has made the response of an item again since", async () => {
  const { store, kept } = await begin();
  await listChildren(store, scope);
  const resources = await listChildren(store, scope);
  // What an item shows is also of the resource above.
  const render = async (from: Queryable) => [respond(textOf((await require(from, root)).document))];
  const makeItems = async () => {
    await require(store, root);
    return kept.make(store, { resources, form: "f" }, render);
  };
  const items = await makeItems();
  await store.write((tx) => save(tx, root, 2));
  expect((await makeItems()).map((item) => item?.text)).toEqual(["2"]);
  kept.keepList(store, scope, { resources, items, text: Buffer.from("1"), form: "f" });
  expect(listText(store, kept)).toBeUndefined();
});

test("what a response has read takes room too", async () => {
  const { store, kept } = await begin({ maxBytes: 4_000 });
  const readOften = (times: number) => async (from: Queryable) => {
    for (let time = 0; time < times; time += 1) await require(from, `${root}/a`);
    return "made";
  };
  await require(store, `${root}/a`);
  await make(store, kept, readOften(10));
  expect(await keptText(store, kept)).toBe("made");
  await make(store, kept, readOften(100));
  expect(await keptText(store, kept)).toBeUndefined();
});
