import { expect, test } from "vitest";
import { readPath } from "../../../../src/arm/pipeline/read-request.ts";
import { exchangeOf, pipelineServices, refusalOf } from "../../../support/exchange.ts";

const read = (url: string, host: string | undefined = "localhost:8443") => {
  const exchange = exchangeOf({ url, headers: host === undefined ? {} : { host } });
  void readPath(exchange, pipelineServices());
  return exchange;
};

test("path and query are read apart, parameter names in any case", () => {
  const { path, query } = read("/subscriptions/s?Api-Version=2024-01-01&$SkipToken=A%2Bb");
  expect(path.subscriptionId).toBe("s");
  expect(query.get("api-version")).toBe("2024-01-01");
  expect(query.get("$skiptoken")).toBe("A+b");
});

test("a path without a query has none", () => {
  expect([...read("/subscriptions").query]).toEqual([]);
});

test("of a parameter that is given twice the first counts", () => {
  expect(read("/?api-version=a&API-VERSION=b").query.get("api-version")).toBe("a");
});

test("a target that is a whole URL is read without its origin, which the Host header gives", () => {
  const { path, query, origin } = read("https://management.azure.com/subscriptions/s?api-version=a");
  expect(path.segments).toEqual(["subscriptions", "s"]);
  expect(query.get("api-version")).toBe("a");
  expect(origin).toBe("https://localhost:8443");
});

test.each(["localhost:8443", "management.azure.com", "127.0.0.1:1", "[::1]:8443"])(
  "the origin is the client's own: %s",
  (host) => {
    expect(read("/", host).origin).toBe(`https://${host}`);
  },
);

test.each(["", "a b", "evil/path", 'x"', "host:port", "a@b"])(
  "a host of %j is refused, for it would be reflected",
  async (host) => {
    expect(await refusalOf(() => read("/", host))).toMatchObject({
      code: "InvalidRequestUri",
      status: 400,
      message: `The Host header '${host}' is not a host name with an optional port.`,
    });
  },
);
