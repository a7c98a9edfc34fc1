import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseParameters, queryParameters, required } from "../../../src/identity/parameters.ts";
import { anyCodePoint } from "../../support/hostile-values.ts";

describe("parameters", () => {
  test("parseParameters returns parameters as they were before encoding", () => {
    const name = fc.string({ minLength: 1, unit: anyCodePoint });
    const value = fc.string({ minLength: 1, unit: anyCodePoint }).filter((text) => !text.includes("\uFFFD"));
    fc.assert(
      fc.property(fc.dictionary(name, value), (given) => {
        const text = new URLSearchParams(given).toString();
        expect([...parseParameters(text)]).toEqual([...new URLSearchParams(text)]);
      }),
    );
  });

  test("parseParameters drops parameters without a value", () => {
    expect([...parseParameters("a=&b&c=1")]).toEqual([["c", "1"]]);
  });

  test.each(["a=1&a=2", "a=1&a=1", "a=&a=2"])("parseParameters refuses a repeated parameter: %s", (text) => {
    expect(() => parseParameters(text)).toThrow(
      "AADSTS9000411: The request is not properly formatted. The parameter 'a' is duplicated.",
    );
  });

  test("parseParameters refuses a value that is not UTF-8 and could not be sent back", () => {
    expect(() => parseParameters("state=%FF%FE")).toThrow("the parameter 'state' is not UTF-8");
  });

  test("queryParameters reads only the query of a URL", () => {
    expect([...queryParameters("/path?a=1&b=%3F")]).toEqual([
      ["a", "1"],
      ["b", "?"],
    ]);
    expect([...queryParameters("/path")]).toEqual([]);
  });

  test("required names a missing parameter", () => {
    expect(() => required(new Map(), "code")).toThrow(
      "AADSTS900144: The request body must contain the following parameter: 'code'.",
    );
  });
});
