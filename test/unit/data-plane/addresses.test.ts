import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { AddressBook, addressLength, candidate } from "../../../src/data-plane/addresses.ts";
import { openTempStore } from "../../support/temp-store.ts";

test("every candidate is a loopback address of the paths' network, or a port that no system assigns", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.nat(5_000), (seed, pathKey, attempt) => {
      const { address } = candidate("addresses", { seed, pathKey, attempt });
      expect(address).toMatch(/^127\.67\.(?:1\d\d|2[0-4]\d|25[0-5])\.(?:1\d\d|2[0-4]\d|25[0-4])$/);
      expect(address).toHaveLength(addressLength.addresses);
      const { port } = candidate("ports", { seed, pathKey, attempt });
      expect(port).toBeGreaterThanOrEqual(20_000);
      expect(port).toBeLessThan(40_000);
    }),
  );
});

test("each path has an address of its own, which it keeps over a restart", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const options = { seed: "/data", scheme: "addresses" as const };
  const book = await AddressBook.open({ ...options, store: temp.store });
  const keys = Array.from({ length: 500 }, (_, index) => `path-${index}`);
  for (const key of keys) await book.ensure(key);
  const first = keys.map((key) => book.find(key)?.address);
  expect(new Set(first).size).toBe(500);

  const again = await AddressBook.open({ ...options, store: await temp.reopen() });
  expect(keys.map((key) => again.find(key)?.address)).toEqual(first);
});

test("a path whose address is taken gets another one, and a released address is gone", async () => {
  const temp = await openTempStore();
  onTestFinished(() => temp.close());
  const book = await AddressBook.open({ store: temp.store, seed: "/data", scheme: "addresses" });
  const first = await book.ensure("path");
  const second = await book.replace("path");
  expect(second.address).not.toBe(first.address);
  expect(book.find("path")).toEqual(second);
  await book.restore([first, second]);
  expect(book.find("path")).toEqual(first);
  expect(await book.replace("path")).toEqual(second);
  await book.release("path");
  expect(book.pathKeys).toEqual([]);
});
