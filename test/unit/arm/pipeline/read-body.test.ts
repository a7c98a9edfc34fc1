import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bodyLimits, readBody } from "../../../../src/arm/pipeline/read-request.ts";
import type { Exchange } from "../../../../src/arm/pipeline/exchange.ts";
import { exchangeOf, pipelineServices, refusalOf } from "../../../support/exchange.ts";

const json = { "content-type": "application/json" };

async function read(content: string | Buffer, given: Partial<Exchange> = {}): Promise<Exchange["body"]> {
  const exchange = exchangeOf({ method: "PUT", headers: json, content, ...given });
  await readBody(exchange, pipelineServices());
  return exchange.body;
}

const messageOf = async (content: string | Buffer): Promise<string> => {
  const { code, status, message } = await refusalOf(() => read(content));
  expect({ code, status }).toEqual({ code: "InvalidRequestContent", status: 400 });
  return message;
};

const fault = (text: string): string => `The request content was invalid and could not be deserialized: '${text}'.`;

describe("a body", () => {
  test.each(["PUT", "PATCH", "POST"])("of %s is read", async (method) => {
    expect(await read('{"a":{"b":[1]}}', { method })).toEqual({ a: { b: [1] } });
  });

  test.each(["GET", "HEAD", "DELETE"])("of %s is passed over, whatever it is", async (method) => {
    expect(await read("{nonsense", { method, headers: {} })).toBeUndefined();
  });

  test("may be empty, and needs no media type then", async () => {
    expect(await read("", { headers: {} })).toBeUndefined();
  });

  test.each([
    "application/json; charset=utf-8",
    'application/json;odata=verbose; Charset="UTF-8"',
    "application/json; charset=utf8;odata=verbose",
    "APPLICATION/JSON",
    " application/json ;odata=verbose",
  ])("may come as %j", async (type) => {
    expect(await read("{}", { headers: { "content-type": type } })).toEqual({});
  });

  test("that is any JSON object arrives as it was sent", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), async (value) => {
        const text = JSON.stringify(value);
        expect(await read(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 50 },
    );
  });
});

describe("what is wrong with a body is said first of its size, then of its media type, then of its content:", () => {
  test("more than 4 MB", async () => {
    const content = "x".repeat(bodyLimits.maxBytes + 1);
    expect(await refusalOf(() => read(content, { headers: {} }))).toMatchObject({
      code: "RequestEntityTooLarge",
      status: 413,
      message: "The request content size exceeds the maximum size of 4 MB.",
    });
  });

  test.each([
    "text/plain",
    "application/jsonp",
    "application/xml",
    "application/json; charset=utf-16",
    "application/json;odata=verbose;charset=utf-8x",
    undefined,
  ])("media type %s", async (type) => {
    expect(
      await refusalOf(() => read("{nonsense", { headers: type === undefined ? {} : { "content-type": type } })),
    ).toMatchObject({
      code: "UnsupportedMediaType",
      status: 415,
      message: `The content media type '${type ?? "<null>"}' is not supported. Only 'application/json' is supported.`,
    });
  });

  test.each([
    ["{", "Unexpected end of content while parsing value. Path '', line 1, position 1."],
    ['{"a":\n tru}', "Unexpected character while parsing value. Path ''."],
    ['{"a":', "Unexpected end of content while parsing value. Path '', line 1, position 5."],
    ['{\n"a":1,}', "Unexpected character while parsing value. Path '', line 2, position 6."],
    ["[1]", "A JSON object is required but the content is an array. Path '', line 1, position 1."],
    ["null", "A JSON object is required but the content is null. Path '', line 1, position 1."],
    ["7", "A JSON object is required but the content is a number. Path '', line 1, position 1."],
    ['"x"', "A JSON object is required but the content is a string. Path '', line 1, position 1."],
    ["{}}", "Unexpected character while parsing value. Path '', line 1, position 2."],
  ])("%j", async (content, text) => {
    expect(await messageOf(content)).toBe(fault(text));
  });

  test("bytes that are not UTF-8", async () => {
    expect(await messageOf(Buffer.from([0x7b, 0xff, 0x7d]))).toBe(
      fault("The content is not valid UTF-8. Path '', line 1, position 0."),
    );
  });

  test("nesting that no document needs", async () => {
    const nested = (depth: number): string => `${'{"a":'.repeat(depth - 1)}{}${"}".repeat(depth - 1)}`;
    expect(await read(nested(bodyLimits.maxDepth))).toBeDefined();
    expect(await messageOf(nested(bodyLimits.maxDepth + 1))).toBe(
      fault("The content nests deeper than 100 levels. Path ''."),
    );
    expect(await read(JSON.stringify({ a: '[{\\"'.repeat(200) }))).toBeDefined();
  });

  test("more values than could all be faults", async () => {
    const values = (count: number): string => JSON.stringify({ a: Array.from({ length: count - 2 }, () => 0) });
    expect(await read(values(bodyLimits.maxValues))).toBeDefined();
    expect(await messageOf(values(bodyLimits.maxValues + 1))).toBe(
      fault("The content has more than 10000 values. Path ''."),
    );
  });

  test("brackets and values before anything else of its content, so that nothing is built of them", async () => {
    const brackets = "[".repeat(bodyLimits.maxBytes);
    expect(await messageOf(brackets)).toBe(fault("The content nests deeper than 100 levels. Path ''."));
    expect(await messageOf(`{"a":[${"[],".repeat(20_000)}`)).toBe(
      fault("The content has more than 10000 values. Path ''."),
    );
  });

  test("never its own text: a password in it would end in a log", async () => {
    expect(await messageOf('{"password":"hunter2" oops}')).not.toContain("hunter2");
  });
});
