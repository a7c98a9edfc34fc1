import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseArmPath } from "../../../src/arm/resource-id.ts";
import { pageLimits, readPageRequest, skipTokenAfter, toPage } from "../../../src/arm/paging.ts";
import { refusalOf } from "../../support/exchange.ts";
import { anyCodePoint } from "../../support/hostile-values.ts";

const path = parseArmPath("/subscriptions/s/resourceGroups");
const requestOf = (query: string) => ({ origin: "https://localhost:8443", path, query: new URLSearchParams(query) });

/** What the store answers: at most `count` keys after one, in order. */
const readAfter = (keys: readonly string[], afterKey: string, count: number) =>
  keys
    .filter((key) => key > afterKey)
    .slice(0, count)
    .map((key) => ({ key }));

/** Follows nextLink as a client does; answers the keys of each page. */
function walk(keys: readonly string[], query: string): string[][] {
  const pages: string[][] = [];
  for (let next: string | undefined = query; next !== undefined;) {
    const request = requestOf(next);
    const page = readPageRequest(request.query);
    const { items, nextLink } = toPage(request, page, readAfter(keys, page.afterKey, page.limit + 1));
    pages.push(items.map(({ key }) => key));
    next = nextLink?.split("?")[1];
  }
  return pages;
}

describe("paging", () => {
  test("pages through a whole list of any size in full pages, none of them empty", () => {
    const keys = fc
      .uniqueArray(fc.string({ minLength: 1, unit: anyCodePoint }), { maxLength: 30 })
      .map((all) => all.toSorted());
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 35 }), (all, top) => {
        const pages = walk(all, `api-version=v&$top=${top}`);
        expect(pages.flat()).toEqual(all);
        expect(pages.slice(0, -1).every(({ length }) => length === top)).toBe(true);
        expect(pages.length).toBe(Math.max(1, Math.ceil(all.length / top)));
      }),
    );
  });

  test("continues a list at the same place when resources change between two pages", () => {
    const first = walk(["a", "b", "c"], "$top=2")[0];
    const { items } = toPage(requestOf(""), { limit: 2, afterKey: "b" }, readAfter(["aa", "b", "bb", "c"], "b", 3));
    expect(first).toEqual(["a", "b"]);
    expect(items.map(({ key }) => key)).toEqual(["bb", "c"]);
  });

  test("links to the next page on the client's own host, and keeps every other parameter", () => {
    const request = requestOf("api-version=v&$filter=tagName eq 'a b'&$skiptoken=old");
    const { nextLink } = toPage(request, { limit: 1, afterKey: "" }, [{ key: "/k/1" }, { key: "/k/2" }]);
    const url = new URL(nextLink ?? "");
    expect(url.origin + url.pathname).toBe("https://localhost:8443/subscriptions/s/resourceGroups");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      "api-version": "v",
      $filter: "tagName eq 'a b'",
      $skiptoken: skipTokenAfter("/k/1"),
    });
  });

  test("sets no nextLink on the last page", () => {
    expect(toPage(requestOf(""), { limit: 2, afterKey: "" }, [{ key: "a" }, { key: "b" }])).not.toHaveProperty(
      "nextLink",
    );
    expect(toPage(requestOf(""), { limit: 2, afterKey: "" }, [])).toEqual({ items: [] });
  });
});

describe("$top", () => {
  test.each([
    ["", pageLimits.defaultItems],
    ["$top=1", 1],
    ["$top=5000", pageLimits.maxItems],
  ])("reads $top %j as a page of %d", (query, limit) => {
    expect(readPageRequest(new URLSearchParams(query)).limit).toBe(limit);
  });

  test.each(["0", "-1", "1.5", "abc", "", "99999999999"])("refuses $top %j and names it", async (text) => {
    const error = await refusalOf(() => readPageRequest(new URLSearchParams({ $top: text })));
    expect(error).toMatchObject({
      code: "InvalidParameter",
      status: 400,
      message: `The value '${text}' of the query parameter '$top' is not a positive whole number.`,
    });
  });
});

describe("$skipToken", () => {
  test("makes a $skipToken that hides the key, and reads the key from it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (key) => {
        const token = skipTokenAfter(key);
        expect(token).toMatch(/^[\w-]+$/);
        expect(readPageRequest(new URLSearchParams({ $skiptoken: token })).afterKey).toBe(key);
      }),
    );
  });

  test("refuses every $skipToken that it did not make", async () => {
    const message = "The provided skip token is invalid.";
    for (const token of [
      "",
      "abc",
      `${skipTokenAfter("a")}=`,
      `${skipTokenAfter("a")} `,
      Buffer.from("v2:a").toString("base64url"),
    ]) {
      const error = await refusalOf(() => readPageRequest(new URLSearchParams({ $skiptoken: token })));
      expect(error).toMatchObject({ code: "InvalidSkipToken", status: 400, message });
    }
  });
});
