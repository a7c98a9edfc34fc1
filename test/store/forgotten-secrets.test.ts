import { readFile } from "node:fs/promises";
import { expect, onTestFinished, test } from "vitest";
import { advanceOperation, insertOperation } from "../../src/store/operations.ts";
import { openTempStore } from "../support/temp-store.ts";

const id = "11111111-2222-4333-8444-555555555555";

test("a secret that an operation no longer has is in no free space of the file either", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const input = { sasUri: "very-secret ".repeat(1_000) };
  const times = { nowMs: 1, dueAtMs: 1, finishAtMs: 1 };
  const place = { subscriptionKey: "s", resourceId: "/r", location: "East US" };
  await temp.store.write((tx) => insertOperation(tx, { id, kind: "k", input, ...place, ...times }));
  await temp.reopen();
  expect((await readFile(temp.file)).includes("very-secret")).toBe(true);
  const end = { id, status: "Succeeded", input: {}, dueAtMs: undefined, attempts: 1, nowMs: 2 } as const;
  await temp.store.write((tx) => advanceOperation(tx, end));
  await temp.reopen();
  expect((await readFile(temp.file)).includes("very-secret")).toBe(false);
});
