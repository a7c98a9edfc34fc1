import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseParameters, queryParameters, required } from "../../../src/identity/parameters.ts";

describe("parameters", () => {
  test("come back as they were encoded", () => {
    const name = fc.string({ minLength: 1, unit: "binary" });
    const value = fc.string({ minLength: 1, unit: "binary" }).filter((text) => !text.includes("\uFFFD"));
    fc.assert(
      fc.property(fc.dictionary(name, value), (given) => {
        const text = new URLSearchParams(given).toString();
        expect([...parseParameters(text)]).toEqual([...new URLSearchParams(text)]);
      }),
    );
  });

  test("without a value count as not sent", () => {
    expect([...parseParameters("a=&b&c=1")]).toEqual([["c", "1"]]);
  });

  test.each(["a=1&a=2", "a=1&a=1", "a=&a=2"])("are refused when one is repeated: %s", (text) => {
    expect(() => parseParameters(text)).toThrow(
      "AADSTS9000411: The request is not properly formatted. The parameter 'a' is duplicated.",
    );
  });

  test("are refused when they are no UTF-8 and so could not be handed back", () => {
    expect(() => parseParameters("state=%FF%FE")).toThrow("the parameter 'state' is not UTF-8");
  });

  test("are read from the query of a URL alone", () => {
    expect([...queryParameters("/path?a=1&b=%3F")]).toEqual([
      ["a", "1"],
      ["b", "?"],
    ]);
    expect([...queryParameters("/path")]).toEqual([]);
  });

  test("that are needed are named when they are missing", () => {
    expect(() => required(new Map(), "code")).toThrow(
      "AADSTS900144: The request body must contain the following parameter: 'code'.",
    );
  });
});
