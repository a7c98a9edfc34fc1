import { expect, onTestFinished, test } from "vitest";
import { IssuedTokens } from "../../../src/data-plane/issued-tokens.ts";
import { addRedisToken, listRedisTokens } from "../../../src/store/data-plane.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { openTempStore } from "../../support/temp-store.ts";

test("the 10,001st token drops the next to expire, and reports both users", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const clock = new ManualClock();
  const expiresAtMs = clock.nowMs() + 60_000;
  await temp.store.write(async (tx) => {
    for (let at = 0; at < 10_000; at += 1) {
      await addRedisToken(tx, { hash: `hash-${at}`, objectId: `user-${at}`, expiresAtMs: expiresAtMs + at });
    }
  });
  const changes: string[][] = [];
  const issued = new IssuedTokens({ store: temp.store, clock, onChange: (objectIds) => changes.push([...objectIds]) });
  await issued.open();
  onTestFinished(() => issued.close());
  await issued.add({ hash: "one more", objectId: "another", expiresAtMs: expiresAtMs * 2 });
  const stored = await listRedisTokens(temp.store, clock.nowMs());
  expect(stored).toHaveLength(10_000);
  expect([stored[0]?.hash, stored.at(-1)?.hash]).toEqual(["hash-1", "one more"]);
  const held = ["user-0", "user-1", "another"].map((user) => issued.validOf(user).map(({ hash }) => hash));
  expect(held).toEqual([[], ["hash-1"], ["one more"]]);
  expect(changes).toEqual([["another", "user-0"]]);
}, 60_000);

test("the 501st token of a user drops that user's next to expire, and no other user's", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const clock = new ManualClock();
  const expiresAtMs = clock.nowMs() + 60_000;
  await temp.store.write(async (tx) => {
    await addRedisToken(tx, { hash: "of another", objectId: "another", expiresAtMs });
    for (let at = 0; at < 500; at += 1) {
      await addRedisToken(tx, { hash: `hash-${at}`, objectId: "greedy", expiresAtMs: expiresAtMs + 1 + at });
    }
  });
  const changes: string[][] = [];
  const issued = new IssuedTokens({ store: temp.store, clock, onChange: (objectIds) => changes.push([...objectIds]) });
  await issued.open();
  onTestFinished(() => issued.close());
  await issued.add({ hash: "one more", objectId: "greedy", expiresAtMs: expiresAtMs * 2 });
  const stored = await listRedisTokens(temp.store, clock.nowMs());
  expect(stored.map(({ hash }) => hash).slice(0, 2)).toEqual(["of another", "hash-1"]);
  const held = issued.validOf("greedy").map(({ hash }) => hash);
  expect(held).toHaveLength(500);
  expect([held[0], held.at(-1)]).toEqual(["hash-1", "one more"]);
  expect(issued.validOf("another").map(({ hash }) => hash)).toEqual(["of another"]);
  expect(changes).toEqual([["greedy"]]);
}, 60_000);

test("a user's tokens are those that are valid, the next to expire first, in whatever order they were issued", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const clock = new ManualClock();
  const startMs = clock.nowMs();
  const changes: string[][] = [];
  const issued = new IssuedTokens({ store: temp.store, clock, onChange: (objectIds) => changes.push([...objectIds]) });
  await issued.open();
  onTestFinished(() => issued.close());
  for (const minutes of [3, 1, 2, 1]) {
    const hash = `${minutes}-${changes.length}`;
    await issued.add({ hash, objectId: "user", expiresAtMs: startMs + minutes * 60_000 });
  }
  const hashes = (): string[] => issued.validOf("user").map(({ hash }) => hash);
  expect(hashes()).toEqual(["1-1", "1-3", "2-2", "3-0"]);
  await clock.advance(60_000);
  expect(hashes()).toEqual(["2-2", "3-0"]);
  expect([issued.expiryOf("user", "1-1"), issued.expiryOf("user", "2-2")]).toEqual([undefined, startMs + 120_000]);
  await clock.advance(120_000);
  expect(hashes()).toEqual([]);
  expect(changes).toEqual(Array.from({ length: 7 }, () => ["user"]));
});
