import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import {
  findResource,
  listBelow,
  listChildren,
  listInSubscription,
  listOfType,
  removeResource,
  saveResource,
  updateResource,
} from "../../src/store/resources.ts";
import type { Queryable, Store, Transaction } from "../../src/store/store.ts";
import { openTempStore } from "../support/temp-store.ts";

/** Documents by key, in the order of their keys: what the store must be like. */
type Model = ReadonlyMap<string, string>;

const subscriptions = ["s1", "s2"];
const parents = ["p1", "p2"];
const types = ["boxes", "lids"];
const names = ["a", "B", "ç", "d", "E"];

const idArb = fc
  .record({
    subscription: fc.constantFrom(...subscriptions),
    parent: fc.constantFrom(...parents),
    type: fc.constantFrom(...types),
    name: fc.constantFrom(...names),
  })
  .map(({ subscription, parent, type, name }) => `/subscriptions/${subscription}/g/${parent}/${type}/${name}`);

/** From a few bytes to more than a record may have, so that few fit into memory. */
const textArb = fc.oneof(
  fc.string({ maxLength: 8, unit: "grapheme" }),
  fc.nat({ max: 30 }).map((thousands) => "x".repeat(thousands * 1_000)),
  fc.constant("y".repeat(70_000)),
);

const stepArb = fc.record({
  kind: fc.constantFrom("save", "save", "update", "remove", "extend"),
  id: idArb,
  text: textArb,
});

type Step = typeof stepArb extends fc.Arbitrary<infer Value> ? Value : never;

const groupArb = fc.record({
  units: fc.array(fc.record({ steps: fc.array(stepArb, { minLength: 1, maxLength: 5 }), fails: fc.boolean() }), {
    minLength: 1,
    maxLength: 3,
  }),
  page: fc.record({ limit: fc.integer({ min: 1, max: 4 }), after: idArb }),
});

const partsOf = (id: string) => {
  const [, , subscriptionKey = "", , , typeKey = ""] = id.split("/");
  return { typeKey, subscriptionKey, parentKey: id.toLowerCase().split("/").slice(0, 5).join("/") };
};

const write = (tx: Transaction, id: string, text: string) =>
  saveResource(tx, { id, ...partsOf(id), document: { text } }, 1);

async function applyStep(tx: Transaction, model: Map<string, string>, { kind, id, text }: Step): Promise<void> {
  const current = await findResource(tx, id);
  expect(current?.document["text"]).toBe(model.get(id.toLowerCase()));
  if (kind === "save") {
    await write(tx, id, text);
    model.set(id.toLowerCase(), text);
  } else if (current !== undefined && kind === "update") {
    await updateResource(tx, current, { document: { text } }, 2);
    model.set(current.key, text);
  } else if (current !== undefined && kind === "remove") {
    await removeResource(tx, current);
    model.delete(current.key);
    for (const key of model.keys()) if (key.startsWith(`${current.key}/providers/`)) model.delete(key);
  } else if (current !== undefined && kind === "extend") {
    const extension = `${current.id}/providers/n/locks/l`;
    const { subscriptionKey } = current;
    const resource = { id: extension, typeKey: "locks", parentKey: current.key, subscriptionKey };
    await saveResource(tx, { ...resource, document: { text } }, 1);
    model.set(extension.toLowerCase(), text);
  }
}

const typeOf = (key: string): string => (key.includes("/providers/") ? "locks" : partsOf(key).typeKey);

/** All lists and reads are as the model has them; whether what is read is in memory or not. */
async function expectModel(from: Queryable, model: Model, page: { limit: number; after: string }): Promise<void> {
  const sorted = [...model.keys()].toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const wanted = (matches: (key: string) => boolean) =>
    sorted.filter(matches).map((key) => [key, model.get(key)] as const);
  const shown = (resources: readonly { key: string; document: { text?: unknown } }[]) =>
    resources.map(({ key, document }) => [key, document.text]);
  const afterKey = page.after.toLowerCase();
  for (const typeKey of [...types, "locks"]) {
    expect(shown(await listOfType(from, typeKey))).toEqual(wanted((key) => typeOf(key) === typeKey));
    for (const subscriptionKey of subscriptions) {
      const isListed = (key: string) => typeOf(key) === typeKey && key.startsWith(`/subscriptions/${subscriptionKey}/`);
      const scope = { subscriptionKey, typeKey };
      expect(shown(await listInSubscription(from, scope))).toEqual(wanted(isListed));
      expect(shown(await listInSubscription(from, scope, { limit: page.limit, afterKey }))).toEqual(
        wanted((key) => isListed(key) && Buffer.compare(Buffer.from(key), Buffer.from(afterKey)) > 0).slice(
          0,
          page.limit,
        ),
      );
      for (const parent of parents) await expectChildren(`/subscriptions/${subscriptionKey}/g/${parent}`, typeKey);
    }
  }
  expect(shown(await listBelow(from, "/subscriptions"))).toEqual(wanted(() => true));
  for (const key of sorted) expect((await findResource(from, key))?.document["text"]).toBe(model.get(key));

  async function expectChildren(parentKey: string, typeKey: string): Promise<void> {
    const isChild = (key: string) => typeOf(key) === typeKey && partsOf(key).parentKey === parentKey;
    if (typeKey === "locks") return;
    expect(shown(await listChildren(from, { parentKey, typeKey }))).toEqual(wanted(isChild));
  }
}

type Group = typeof groupArb extends fc.Arbitrary<infer Value> ? Value : never;

const failed = new Error("failed");

/** Runs the units of a group one after the other. Resolves to what the store must be like afterwards. */
async function runGroup(store: Store, model: Model, { units, page }: Group): Promise<Model> {
  let committed = model;
  for (const { steps, fails } of units) {
    const before = committed;
    const next = new Map(before);
    const unit = store.write(async (tx) => {
      for (const step of steps) await applyStep(tx, next, step);
      await expectModel(tx, next, page);
      await expectModel(store, before, page);
      if (fails) throw failed;
    });
    expect(await unit.then(undefined, (cause: unknown) => cause)).toBe(fails ? failed : undefined);
    if (!fails) committed = next;
  }
  await expectModel(store, committed, page);
  return committed;
}

test.each([
  { memoryMb: 0, what: "no memory" },
  { memoryMb: 3, what: "memory for a few resources" },
  { memoryMb: 64, what: "memory for all resources" },
])(
  "the store is like a plain map after any writes, roll-backs, removals and reads, with $what",
  async ({ memoryMb }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(groupArb, { minLength: 1, maxLength: 6 }), async (groups) => {
        const temp = await openTempStore({ memoryMb });
        try {
          let model: Model = new Map();
          for (const group of groups) {
            model = await runGroup(temp.store, model, group);
            await temp.store.fillMemory().close();
          }
          expect(await listBelow(await temp.reopen(), "/subscriptions")).toHaveLength(model.size);
        } finally {
          await temp.close();
        }
      }),
      { numRuns: 25 },
    );
  },
);

test("reads while a transaction is open see what was committed, and afterwards what it wrote", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const { store } = temp;
  const id = "/subscriptions/s1/g/p1/boxes/a";
  const scope = { parentKey: "/subscriptions/s1/g/p1", typeKey: "boxes" };
  const texts = async () => (await listChildren(store, scope)).map(({ document }) => document["text"]);
  await store.write((tx) => write(tx, id, "before"));
  expect(await texts()).toEqual(["before"]);
  const read = Promise.withResolvers<unknown>();
  await store.write(async (tx) => {
    const current = await write(tx, id, "after");
    await write(tx, `${id}2`, "new");
    // Begun while the transaction is open, and ended when it is committed.
    void findResource(store, id).then(read.resolve, read.reject);
    expect(await texts()).toEqual(["before"]);
    expect((await listChildren(tx, scope)).map(({ document }) => document["text"])).toEqual(["after", "new"]);
    expect(current.version).toBe(2);
  });
  expect(await read.promise).toMatchObject({ document: { text: "before" } });
  expect(await texts()).toEqual(["after", "new"]);
  expect((await findResource(store, id))?.document).toEqual({ text: "after" });
});

test("what is read from the disk while a transaction removes it is not kept once that is committed", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const id = "/subscriptions/s1/g/p1/boxes/a";
  await temp.store.write((tx) => write(tx, id, "before"));
  const store = await temp.reopen();
  const reads: Promise<unknown>[] = [];
  await store.write(async (tx) => {
    await removeResource(tx, { key: id, ...partsOf(id) });
    // Begun while the transaction is open, and ended when it is committed, whichever that takes.
    for (let turns = 0; turns < 12; turns += 1) reads.push(readAfter(turns));
  });
  await Promise.all(reads);
  expect(await findResource(store, id)).toBeUndefined();

  async function readAfter(turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    await findResource(store, id);
  }
});

test("memory that is filled in the background has every resource, and keeps what is written meanwhile", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const idOf = (index: number) => `/subscriptions/s1/g/p1/boxes/${index}`;
  await temp.store.write(async (tx) => {
    for (let index = 0; index < 450; index += 1) await write(tx, idOf(index), `old ${index}`);
  });
  const store = await temp.reopen();
  const filling = store.fillMemory();
  for (let index = 0; index < 450; index += 50) {
    await store.write(async (tx) => {
      const current = await findResource(tx, idOf(index));
      if (current !== undefined) await updateResource(tx, current, { document: { text: `new ${index}` } }, 2);
    });
  }
  await filling.close();
  for (let index = 0; index < 450; index += 1) {
    const expected = index % 50 === 0 ? `new ${index}` : `old ${index}`;
    expect((await findResource(store, idOf(index)))?.document).toEqual({ text: expected });
  }
});
