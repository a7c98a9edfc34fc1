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
  for (const tokens of [issued.valid, await listRedisTokens(temp.store, clock.nowMs())]) {
    expect(tokens).toHaveLength(10_000);
    expect(tokens[0]?.hash).toBe("hash-1");
    expect(tokens.at(-1)?.hash).toBe("one more");
  }
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
  for (const tokens of [issued.valid, await listRedisTokens(temp.store, clock.nowMs())]) {
    expect(tokens).toHaveLength(501);
    expect(tokens.slice(0, 2).map(({ hash }) => hash)).toEqual(["of another", "hash-1"]);
  }
  expect(changes).toEqual([["greedy"]]);
}, 60_000);
