import { expect, test } from "vitest";
import { FollowedFacts } from "../../../../src/data-plane/dns/followed-facts.ts";

interface Facts {
  readonly group: string;
  readonly value: number;
}

/** Followed facts, with what was read and which groups were said to have changed. */
function follow(stored: Record<string, Facts>) {
  const reads: string[] = [];
  const changed: string[] = [];
  const world = { stored, failure: undefined as Error | undefined, beforeAnswer: async (): Promise<void> => undefined };
  const answer = async <Answer>(what: string, found: () => Answer): Promise<Answer> => {
    reads.push(what);
    const before = found();
    await world.beforeAnswer();
    if (world.failure !== undefined) throw world.failure;
    return before;
  };
  const facts = new FollowedFacts<Facts>({
    list: () => answer("all", () => new Map(Object.entries(world.stored))),
    read: (key) => answer(key, () => world.stored[key]),
    groupOf: ({ group }) => group,
    onChange: (group) => changed.push(group),
  });
  const of = async (group: string): Promise<string> => {
    await facts.catchUp();
    return facts
      .of(group)
      .map(([key, { value }]) => `${key}=${value}`)
      .join(" ");
  };
  return { world, facts, reads, changed, of };
}

test("all facts are read at the first question, and after a change only those that changed", async () => {
  const { world, facts, reads, changed, of } = follow({ b: { group: "g", value: 2 }, a: { group: "g", value: 1 } });
  facts.changed("a");
  expect(reads).toEqual([]);
  expect([await of("g"), await of("other"), reads]).toEqual(["a=1 b=2", "", ["all"]]);
  world.stored["a"] = { group: "g", value: 3 };
  world.stored["c"] = { group: "other", value: 4 };
  for (const key of ["a", "c", "a"]) facts.changed(key);
  changed.length = 0;
  expect([await of("g"), await of("other"), reads]).toEqual(["a=3 b=2", "c=4", ["all", "a", "c"]]);
  expect(changed).toEqual(["g", "other"]);
});

test("facts that are removed or move to another group change the groups that they leave and join", async () => {
  const { world, facts, changed, of } = follow({ a: { group: "g", value: 1 }, b: { group: "g", value: 2 } });
  await of("g");
  changed.length = 0;
  world.stored = { b: { group: "h", value: 2 } };
  facts.changed("a");
  facts.changed("b");
  expect([await of("g"), await of("h"), changed]).toEqual(["", "b=2", ["g", "g", "h"]]);
});

test("a resource that is written with the same facts changes no group", async () => {
  const { facts, changed, of } = follow({ a: { group: "g", value: 1 } });
  await of("g");
  changed.length = 0;
  facts.changed("a");
  expect([await of("g"), changed]).toEqual(["a=1", []]);
});

test("what changes while it is read is read again before anybody gets an answer", async () => {
  for (const isFirst of [true, false]) {
    const { world, facts, of } = follow({ a: { group: "g", value: 1 } });
    if (!isFirst) {
      await of("g");
      facts.changed("a");
    }
    world.beforeAnswer = async () => {
      world.beforeAnswer = async () => undefined;
      world.stored["a"] = { group: "g", value: 2 };
      facts.changed("a");
    };
    expect(await Promise.all([of("g"), of("g")])).toEqual(["a=2", "a=2"]);
  }
});

test("facts that could not be read are read at the next question", async () => {
  const { world, facts, reads, of } = follow({ a: { group: "g", value: 1 } });
  world.failure = new Error("The disk is away.");
  await expect(of("g")).rejects.toThrow("The disk is away.");
  world.failure = undefined;
  expect(await of("g")).toBe("a=1");
  world.stored["a"] = { group: "g", value: 2 };
  facts.changed("a");
  world.failure = new Error("The disk is away.");
  await expect(of("g")).rejects.toThrow("The disk is away.");
  world.failure = undefined;
  expect([await of("g"), reads]).toEqual(["a=2", ["all", "all", "a", "a"]]);
});
