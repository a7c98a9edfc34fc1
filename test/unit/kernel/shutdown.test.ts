import { expect, test } from "vitest";
import { ShutdownStack } from "../../../src/kernel/shutdown.ts";
import { failureFields } from "../../../src/store/store.ts";
import { keepingLog } from "../../support/keeping-log.ts";

test("logs a sentence and no stack for a part that a damaged database keeps from closing", async () => {
  const { log, lines } = keepingLog("error");
  const stack = new ShutdownStack({ limitMs: 10_000, log, fieldsOf: failureFields });
  let closedBefore = false;
  stack.add("before", {
    close: async () => {
      closedBefore = true;
    },
  });
  const damaged = Object.assign(new Error("database disk image is malformed"), { code: "SQLITE_CORRUPT" });
  stack.add("store", { close: () => Promise.reject(damaged) });
  stack.add("other", { close: () => Promise.reject(new Error("something else")) });
  await stack.close();
  expect(closedBefore).toBe(true);
  expect(lines()).toMatchObject([
    { part: "other", err: { message: "something else" }, msg: "A part did not close cleanly." },
    {
      part: "store",
      why: "The data directory's database is damaged: restore it from a copy or choose another --data-dir.",
      msg: "A part did not close cleanly.",
    },
  ]);
  expect(lines()[1]).not.toHaveProperty("err");
});
