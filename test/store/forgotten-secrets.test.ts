import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import type { JsonObject } from "../../src/kernel/json.ts";
import { advanceOperation, findOperation, insertOperation } from "../../src/store/operations.ts";
import { openTempStore } from "../support/temp-store.ts";

const id = "11111111-2222-4333-8444-555555555555";

test("leaves no secret of an operation that has ended in the free space of the file", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const input = { sasUri: "very-secret ".repeat(1_000) };
  const times = { nowMs: 1, steadyMs: 1, dueAtMs: 1, finishAtMs: 1 };
  const place = { subscriptionKey: "s", resourceId: "/r", location: "East US" };
  await temp.store.write((tx) => insertOperation(tx, { id, kind: "k", input, ...place, ...times }));
  await temp.reopen();
  expect((await readFile(temp.file)).includes("very-secret")).toBe(true);
  const end = { id, status: "Succeeded", input: {}, dueAtMs: undefined, attempts: 1, nowMs: 2, steadyMs: 2 } as const;
  await temp.store.write((tx) => advanceOperation(tx, end));
  await temp.reopen();
  expect((await readFile(temp.file)).includes("very-secret")).toBe(false);
});

test("forgetOverwritten removes overwritten data from all files of an open store, during writes", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const times = { nowMs: 1, steadyMs: 1, dueAtMs: 1, finishAtMs: 1 };
  const place = { subscriptionKey: "s", resourceId: "/r", location: "East US" };
  const insert = (operation: string, input: JsonObject) =>
    temp.store.write((tx) => insertOperation(tx, { id: operation, kind: "k", input, ...place, ...times }));
  const isThere = async () => {
    const contents = await Promise.all([temp.file, `${temp.file}-wal`].map((file) => readFile(file)));
    return contents.some((content) => content.includes("very-secret"));
  };
  await insert(id, { sasUri: "very-secret ".repeat(1_000) });
  const end = { id, status: "Succeeded", input: {}, dueAtMs: undefined, attempts: 1, nowMs: 2, steadyMs: 2 } as const;
  await temp.store.write((tx) => advanceOperation(tx, end));
  expect(await isThere()).toBe(true);
  const others = Array.from({ length: 20 }, (_, index) => insert(`other-${index}`, {}));
  await temp.store.forgetOverwritten();
  expect(await isThere()).toBe(false);
  await Promise.all(others);
  const reopened = await temp.reopen();
  for (const index of others.keys()) expect(await findOperation(reopened, `other-${index}`)).toBeDefined();
});
