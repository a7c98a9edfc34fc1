import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { startArmServer, type ArmServer } from "../../support/arm-server.ts";

const version = "api-version=2024-11-01";

interface Page {
  readonly value: readonly { name: string }[];
  readonly nextLink?: string;
}

/** Follows nextLink to the end; answers the names of each page. */
async function walk({ request }: ArmServer, url: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let next: string | undefined = url; next !== undefined;) {
    const { status, body } = await request("GET", next.replace("https://localhost:8443", ""));
    expect(status).toBe(200);
    const page = body as Page;
    pages.push(page.value.map(({ name }) => name));
    next = page.nextLink;
  }
  return pages;
}

test("groups that fit on one page are listed without a nextLink", async () => {
  const server = await startArmServer();
  for (const name of ["b", "a", "C"]) await server.addGroup(name);
  const { body } = await server.request("GET", `${server.subscription}/resourcegroups?${version}`);
  expect((body as Page).value.map(({ name }) => name)).toEqual(["a", "b", "C"]);
  expect(body).not.toHaveProperty("nextLink");
});

test("pages of any size give the whole list, each group once and in order", async () => {
  const server = await startArmServer();
  const names = Array.from({ length: 23 }, (_, index) => `rg-${String(index).padStart(2, "0")}`);
  for (const name of names) await server.addGroup(name);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (top) => {
      const pages = await walk(server, `${server.subscription}/resourcegroups?${version}&$top=${top}`);
      expect(pages.flat()).toEqual(names);
      expect(pages.slice(0, -1).every((page) => page.length === top)).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test("a nextLink is on the client's own host and keeps the other query parameters", async () => {
  const server = await startArmServer();
  for (const name of ["a", "b"]) await server.addGroup(name);
  const { body } = await server.request("GET", `${server.subscription}/resourcegroups?${version}&$top=1`);
  const link = new URL((body as Page).nextLink ?? "");
  expect(link.origin).toBe("https://localhost:8443");
  expect(link.searchParams.get("api-version")).toBe("2024-11-01");
  expect(link.searchParams.get("$top")).toBe("1");
});

describe("a filter by tag", () => {
  async function withTags(): Promise<ArmServer> {
    const server = await startArmServer();
    const put = (name: string, tags: object) =>
      server.request("PUT", `${server.subscription}/resourceGroups/${name}?${version}`, { location: "eastus", tags });
    await put("prod", { Env: "prod", owner: "o'neil" });
    await put("test", { env: "Test" });
    await put("none", {});
    return server;
  }

  test.each([
    ["tagName eq 'env'", ["prod", "test"]],
    ["tagname eq 'ENV' and tagvalue eq 'prod'", ["prod"]],
    ["tagName eq 'env' and tagValue eq 'test'", []],
    ["tagName eq 'owner' AND tagValue eq 'o''neil'", ["prod"]],
    ["", ["none", "prod", "test"]],
  ])("a list of groups takes the filter %s", async (filter, names) => {
    const server = await withTags();
    const url = `${server.subscription}/resourcegroups?${version}&$filter=${encodeURIComponent(filter)}&$top=2`;
    expect((await walk(server, url)).flat()).toEqual(names);
  });

  test.each([
    "name eq 'prod'",
    "tagName ne 'env'",
    "tagValue eq 'prod'",
    "tagName eq 'env' and ",
    "tagName eq 'a' and tagName eq 'b'",
    "tagName eq 'a' or tagName eq 'b'",
    "tagName eq env",
    "$filter=tagName eq 'a'",
  ])("a list of groups refuses the filter %s, naming it", async (filter) => {
    const server = await withTags();
    const { status, body } = await server.request(
      "GET",
      `${server.subscription}/resourcegroups?${version}&$filter=${encodeURIComponent(filter)}`,
    );
    expect(status).toBe(400);
    expect(body).toEqual({
      error: {
        code: "InvalidFilterInQueryString",
        message: `Invalid $filter '${filter}' specified in the query string.`,
      },
    });
  });
});

test.each([
  ["$top=0", "InvalidParameter", "The value '0' of the query parameter '$top' is not a positive whole number."],
  ["$top=ten", "InvalidParameter", "The value 'ten' of the query parameter '$top' is not a positive whole number."],
  ["$skiptoken=abc", "InvalidSkipToken", "The provided skip token is invalid."],
])("a list of groups refuses %s", async (parameter, code, message) => {
  const server = await startArmServer();
  const { status, body } = await server.request("GET", `${server.subscription}/resourcegroups?${version}&${parameter}`);
  expect(status).toBe(400);
  expect(body).toEqual({ error: { code, message } });
});
