import { expect, test } from "vitest";
import { readPath } from "../../../../src/arm/pipeline/read-request.ts";
import { exchangeOf, pipelineServices, refusalOf } from "../../../support/exchange.ts";

const read = (url: string, host: string | undefined = "localhost:8443") => {
  const exchange = exchangeOf({ url, headers: host === undefined ? {} : { host } });
  void readPath(exchange, pipelineServices());
  return exchange;
};

test("reads path and query, with parameter names in any case", () => {
  const { path, query } = read("/subscriptions/s?Api-Version=2024-01-01&$SkipToken=A%2Bb");
  expect(path.subscriptionId).toBe("s");
  expect(query.get("api-version")).toBe("2024-01-01");
  expect(query.get("$skiptoken")).toBe("A+b");
});

test("reads a path without a query", () => {
  expect([...read("/subscriptions").query]).toEqual([]);
});

test("uses the first of two parameters of one name", () => {
  expect(read("/?api-version=a&API-VERSION=b").query.get("api-version")).toBe("a");
});

test("ignores the origin of a target that is a whole URL, and uses the Host header", () => {
  const { path, query, origin } = read("https://management.azure.com/subscriptions/s?api-version=a");
  expect(path.segments).toEqual(["subscriptions", "s"]);
  expect(query.get("api-version")).toBe("a");
  expect(origin).toBe("https://localhost:8443");
});

test.each(["localhost:8443", "management.azure.com", "127.0.0.1:1", "[::1]:8443"])(
  "takes the origin from the Host header: %s",
  (host) => {
    expect(read("/", host).origin).toBe(`https://${host}`);
  },
);

test.each(["", "a b", "evil/path", 'x"', "host:port", "a@b"])(
  "refuses the host %j, which responses would repeat",
  async (host) => {
    expect(await refusalOf(() => read("/", host))).toMatchObject({
      code: "InvalidRequestUri",
      status: 400,
      message: `The Host header '${host}' is not a host name with an optional port.`,
    });
  },
);

test("keeps the path of a target that is read again, and not of one that is read once", () => {
  const target = "/subscriptions/s/resourceGroups/kept?api-version=2024-01-01";
  const [first, second, third] = [read(target), read(target), read(target)];
  expect([first, second, third].map(({ path }) => path.memo.isKept)).toEqual([false, true, true]);
  expect(third.path).toBe(second.path);
  expect(third.path.segments).toEqual(first.path.segments);
  expect(read(target.replace("kept", "Kept")).path.resourceGroup).toBe("Kept");
  expect(read(target.replace("2024", "2025")).query.get("api-version")).toBe("2025-01-01");
});

test("keeps no path of so many segments that what is derived of it takes more than its share", () => {
  const read32 = () => read(`/subscriptions/s${"/types/name".repeat(15)}`);
  const read34 = () => read(`/subscriptions/s${"/types/name".repeat(16)}`);
  expect([read32(), read32()].map(({ path }) => path.memo.isKept)).toEqual([false, true]);
  expect([read34(), read34()].map(({ path }) => path.memo.isKept)).toEqual([false, false]);
});
