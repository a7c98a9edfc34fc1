import Database from "better-sqlite3";
import { pbkdf2 } from "node:crypto";
import { rmSync, statSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { findResource, removeResource, saveResource } from "../../src/store/resources.ts";
import type { Transaction } from "../../src/store/store.ts";
import { openTempStore, type TempStore } from "../support/temp-store.ts";

let temp: TempStore;
beforeEach(async () => {
  temp = await openTempStore();
});
afterEach(() => temp.close());

const put = (tx: Transaction, name: string, document: object = {}) =>
  saveResource(tx, { id: `/x/${name}`, typeKey: "t", parentKey: "", subscriptionKey: "", document }, 1);

describe("a unit of work", () => {
  test("a unit of work reads its own writes while readers still see what is committed", async () => {
    await temp.store.write(async (tx) => {
      await put(tx, "a");
      expect(await findResource(tx, "/x/a")).toBeDefined();
      expect(await findResource(temp.store, "/x/a")).toBeUndefined();
    });
    expect(await findResource(temp.store, "/x/a")).toBeDefined();
  });

  test("a unit that throws leaves nothing behind and the units that share its commit do", async () => {
    const results = await Promise.allSettled([
      temp.store.write((tx) => put(tx, "before")),
      temp.store.write(async (tx) => {
        await put(tx, "failed");
        throw new Error("no");
      }),
      temp.store.write((tx) => put(tx, "after")),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await findResource(temp.store, "/x/before")).toBeDefined();
    expect(await findResource(temp.store, "/x/failed")).toBeUndefined();
    expect(await findResource(temp.store, "/x/after")).toBeDefined();
  });

  test("a unit that was refused for what is rolled back is run again", async () => {
    let runs = 0;
    const results = await Promise.allSettled([
      temp.store.write(async (tx) => {
        await put(tx, "a");
        runs += 1;
        if (runs > 1) throw new Error("no");
      }),
      temp.store.write(async (tx) => {
        if ((await findResource(tx, "/x/a")) !== undefined) throw new Error("It exists.");
        await put(tx, "b");
      }),
      temp.store.write(async (tx) => {
        await put(tx, "c");
        throw new Error("no");
      }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "rejected"]);
    expect(await findResource(temp.store, "/x/a")).toBeUndefined();
    expect(await findResource(temp.store, "/x/b")).toBeDefined();
  });

  test("units whose commit cannot be brought to the disk reject and do not run again", async () => {
    let runs = 0;
    const unit = async (tx: Transaction) => {
      runs += 1;
      await put(tx, "a");
      // The log is opened once more for the sync.
      rmSync(`${temp.file}-wal`, { force: true });
    };
    const results = await Promise.allSettled([temp.store.write(unit), temp.store.write(unit)]);
    expect(results).toMatchObject([
      { status: "rejected", reason: { code: "ENOENT" } },
      { status: "rejected", reason: { code: "ENOENT" } },
    ]);
    expect(runs).toBe(2);
  });

  test("a unit that is refused before it wrote does not make the others run again", async () => {
    let runs = 0;
    const results = await Promise.allSettled([
      temp.store.write(async (tx) => {
        runs += 1;
        await put(tx, "kept");
      }),
      temp.store.write(async (tx) => {
        await findResource(tx, "/x/kept");
        throw new Error("refused");
      }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(runs).toBe(1);
  });

  test("a unit sees what units before it wrote, so that read-modify-write loses nothing", async () => {
    await temp.store.write((tx) => put(tx, "counter", { n: 0 }));
    const increment = () =>
      temp.store.write(async (tx) => {
        const current = await findResource<{ n: number }>(tx, "/x/counter");
        await put(tx, "counter", { n: (current?.document.n ?? 0) + 1 });
      });
    await Promise.all(Array.from({ length: 200 }, increment));
    expect((await findResource(temp.store, "/x/counter"))?.document).toEqual({ n: 200 });
  });

  test("a unit's onCommit runs after the commit, and not when the unit fails", async () => {
    const told: string[] = [];
    const failing = temp.store.write(async (tx) => {
      tx.onCommit(() => told.push("failed"));
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await temp.store.write(async (tx) => {
      tx.onCommit(() => told.push("committed"));
      expect(told).toEqual([]);
    });
    expect(told).toEqual(["committed"]);
  });
});

const hash = promisify(pbkdf2);

describe("a unit that writes nothing", () => {
  /** Changes with every commit of another connection. */
  const dataVersion = (database: Database.Database) => database.pragma("data_version", { simple: true });

  test("units that only read or are refused commit nothing", async () => {
    const database = new Database(temp.file);
    onTestFinished(() => void database.close());
    await temp.store.write((tx) => put(tx, "a"));
    const before = dataVersion(database);
    const results = await Promise.allSettled([
      temp.store.write((tx) => findResource(tx, "/x/a")),
      temp.store.write(() => Promise.reject(new Error("refused"))),
    ]);
    expect(results).toMatchObject([{ value: { id: "/x/a" } }, { reason: { message: "refused" } }]);
    expect(dataVersion(database)).toBe(before);
    await temp.store.write((tx) => put(tx, "b"));
    expect(dataVersion(database)).not.toBe(before);
  });

  test("a unit that read what is not yet on the disk resolves after the write of it", async () => {
    // The threads that would sync are busy for longer than the unit takes.
    const busy = Array.from({ length: 8 }, () => hash("", "", 50_000, 64, "sha512"));
    const order: string[] = [];
    const write = temp.store.write((tx) => put(tx, "a")).then(() => order.push("written"));
    while ((await findResource(temp.store, "/x/a")) === undefined) await setImmediate();
    const read = temp.store.write((tx) => findResource(tx, "/x/a")).then(() => order.push("read"));
    await Promise.all([write, read, ...busy]);
    expect(order).toEqual(["written", "read"]);
  });
});

describe("the embedded store", () => {
  test("the embedded store has everything after it was closed and opened again", async () => {
    await temp.store.write((tx) => put(tx, "kept", { deep: [1, { two: "2" }] }));
    const reopened = await temp.reopen();
    expect((await findResource(reopened, "/x/kept"))?.document).toEqual({ deep: [1, { two: "2" }] });
  });

  test("the embedded store finishes queued writes before it closes", async () => {
    const writes = Array.from({ length: 20 }, (_, index) => temp.store.write((tx) => put(tx, `n${index}`)));
    const reopened = await temp.reopen();
    await Promise.all(writes);
    expect(await findResource(reopened, "/x/n19")).toBeDefined();
  });

  test("the embedded store's file is readable by its owner only", () => {
    expect(statSync(temp.file).mode & 0o777).toBe(0o600);
  });
});

const resource = { typeKey: "t", parentKey: "/s", subscriptionKey: "s", document: {} };

test("reports the keys that a commit wrote or removed to listeners, and none that was rolled back", async () => {
  const heard: (readonly string[])[] = [];
  const forget = temp.store.onChange((keys) => heard.push(keys));

  await temp.store.write((tx) => saveResource(tx, { ...resource, id: "/S/One" }, 1));
  const failing = temp.store.write(async (tx) => {
    await saveResource(tx, { ...resource, id: "/S/Two" }, 2);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  await temp.store.write((tx) => removeResource(tx, { ...resource, key: "/s/one" }));
  forget();
  await temp.store.write((tx) => saveResource(tx, { ...resource, id: "/S/Three" }, 4));

  expect(heard).toEqual([["/s/one"], ["/s/one"]]);
});
