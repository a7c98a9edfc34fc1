import { expect, onTestFinished, test } from "vitest";
import { TokenBook } from "../../../src/data-plane/issued-tokens.ts";
import { addRedisToken, listRedisTokens } from "../../../src/store/redis-tokens.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { openTempStore } from "../../support/temp-store.ts";

test("of more than ten thousand tokens the next to expire is forgotten, and its user's Redis told", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const clock = new ManualClock();
  const expiresAtMs = clock.nowMs() + 60_000;
  await temp.store.write(async (tx) => {
    for (let at = 0; at < 10_000; at += 1) {
      await addRedisToken(tx, { hash: `hash-${at}`, objectId: `user-${at}`, expiresAtMs: expiresAtMs + at });
    }
  });
  const told: string[][] = [];
  const book = new TokenBook({ store: temp.store, clock, onChange: (objectIds) => told.push([...objectIds]) });
  await book.open();
  onTestFinished(() => book.close());
  await book.add({ hash: "one more", objectId: "another", expiresAtMs: expiresAtMs * 2 });
  for (const tokens of [book.valid, await listRedisTokens(temp.store, clock.nowMs())]) {
    expect(tokens).toHaveLength(10_000);
    expect(tokens[0]?.hash).toBe("hash-1");
    expect(tokens.at(-1)?.hash).toBe("one more");
  }
  expect(told).toEqual([["another", "user-0"]]);
}, 60_000);

test("a user with more than five hundred tokens loses the next of their own to expire, and nobody else loses one", async () => {
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
  const told: string[][] = [];
  const book = new TokenBook({ store: temp.store, clock, onChange: (objectIds) => told.push([...objectIds]) });
  await book.open();
  onTestFinished(() => book.close());
  await book.add({ hash: "one more", objectId: "greedy", expiresAtMs: expiresAtMs * 2 });
  for (const tokens of [book.valid, await listRedisTokens(temp.store, clock.nowMs())]) {
    expect(tokens).toHaveLength(501);
    expect(tokens.slice(0, 2).map(({ hash }) => hash)).toEqual(["of another", "hash-1"]);
  }
  expect(told).toEqual([["greedy"]]);
}, 60_000);
