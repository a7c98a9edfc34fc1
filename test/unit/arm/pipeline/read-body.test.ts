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
  test.each(["PUT", "PATCH", "POST"])("reads the body of %s", async (method) => {
    expect(await read('{"a":{"b":[1]}}', { method })).toEqual({ a: { b: [1] } });
  });

  test.each(["GET", "HEAD", "DELETE"])("ignores the body of %s", async (method) => {
    expect(await read("{nonsense", { method, headers: {} })).toBeUndefined();
  });

  test("accepts an empty body without a media type", async () => {
    expect(await read("", { headers: {} })).toBeUndefined();
  });

  test.each([
    "application/json; charset=utf-8",
    'application/json;odata=verbose; Charset="UTF-8"',
    "application/json; charset=utf8;odata=verbose",
    "APPLICATION/JSON",
    " application/json ;odata=verbose",
  ])("accepts the media type %j", async (type) => {
    expect(await read("{}", { headers: { "content-type": type } })).toEqual({});
  });

  test("returns any JSON object as it was sent", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), async (value) => {
        const text = JSON.stringify(value);
        expect(await read(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 50 },
    );
  });
});

describe("the refusal of a body, by size, then media type, then content", () => {
  test("refuses a body of more than 4 MB before anything else", async () => {
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
  ])("refuses the media type %s before the content", async (type) => {
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
  ])("refuses the content %j", async (content, text) => {
    expect(await messageOf(content)).toBe(fault(text));
  });

  test("refuses a body that is not UTF-8", async () => {
    expect(await messageOf(Buffer.from([0x7b, 0xff, 0x7d]))).toBe(
      fault("The content is not valid UTF-8. Path '', line 1, position 0."),
    );
  });

  test("refuses a body that nests too deep", async () => {
    const nested = (depth: number): string => `${'{"a":'.repeat(depth - 1)}{}${"}".repeat(depth - 1)}`;
    expect(await read(nested(bodyLimits.maxDepth))).toBeDefined();
    expect(await messageOf(nested(bodyLimits.maxDepth + 1))).toBe(
      fault("The content nests deeper than 100 levels. Path ''."),
    );
    expect(await read(JSON.stringify({ a: '[{\\"'.repeat(200) }))).toBeDefined();
  });

  test("refuses a body with too many values", async () => {
    const values = (count: number): string => JSON.stringify({ a: Array.from({ length: count - 2 }, () => 0) });
    expect(await read(values(bodyLimits.maxValues))).toBeDefined();
    expect(await messageOf(values(bodyLimits.maxValues + 1))).toBe(
      fault("The content has more than 10000 values. Path ''."),
    );
  });

  test("checks depth and values of a body before it parses it", async () => {
    const brackets = "[".repeat(bodyLimits.maxBytes);
    expect(await messageOf(brackets)).toBe(fault("The content nests deeper than 100 levels. Path ''."));
    expect(await messageOf(`{"a":[${"[],".repeat(20_000)}`)).toBe(
      fault("The content has more than 10000 values. Path ''."),
    );
  });

  test("repeats no text of a body in its refusal, because it may have a password", async () => {
    expect(await messageOf('{"password":"hunter2" oops}')).not.toContain("hunter2");
  });
});
