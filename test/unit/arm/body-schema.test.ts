import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ArmError, errorLimits } from "../../../src/arm/arm-error.ts";
import { bodySchema } from "../../../src/arm/body-schema.ts";
import { refusalOf } from "../../support/exchange.ts";

const schema = bodySchema({
  type: "object",
  required: ["properties"],
  properties: {
    properties: {
      type: "object",
      required: ["status"],
      properties: {
        status: { type: "string", enum: ["Approved", "Rejected"] },
        count: { type: "integer", minimum: 1 },
        modules: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
        key: { type: "string", secret: true, maxLength: 3 },
        tags: { type: ["object", "null"], additionalProperties: { type: "string" } },
      },
    },
  },
});

const faultOf = (properties: object) =>
  refusalOf(() => schema.parse({ properties: { status: "Approved", ...properties } }));

describe("a body schema", () => {
  test("returns a valid body unchanged, with its unknown properties", () => {
    const body = { properties: { status: "Approved", other: [1, { a: null }] }, id: "/x" };
    expect(schema.parse(structuredClone(body))).toEqual(body);
  });

  test("accepts the word of an enum in any case and returns its published spelling", () => {
    fc.assert(
      fc.property(fc.mixedCase(fc.constant("approved")), (status) => {
        expect(schema.parse({ properties: { status } })).toEqual({ properties: { status: "Approved" } });
      }),
    );
  });

  test.each([
    [
      { status: "Accepted" },
      "properties.status",
      "The value 'Accepted' of property 'properties.status' is not valid. Allowed values: 'Approved', 'Rejected'.",
    ],
    [{ status: 5 }, "properties.status", "The value '5' of property 'properties.status' is not of type string."],
    [{ status: null }, "properties.status", "The value 'null' of property 'properties.status' is not of type string."],
    [{ tags: [] }, "properties.tags", "The value '[]' of property 'properties.tags' is not of type object or null."],
    [
      { tags: { "a/b~c": {} } },
      "properties.tags.a/b~c",
      "The value '{}' of property 'properties.tags.a/b~c' is not of type string.",
    ],
    [
      { modules: [{}, { name: true }] },
      "properties.modules[1].name",
      "The value 'true' of property 'properties.modules[1].name' is not of type string.",
    ],
    [{ count: 0 }, "properties.count", "The value '0' of property 'properties.count' must be >= 1."],
  ])("names the property and the value in the refusal of %j", async (properties, target, message) => {
    expect(await faultOf(properties)).toMatchObject({ code: "InvalidRequestContent", status: 400, target, message });
  });

  test("names a missing property by its whole path", async () => {
    expect(await refusalOf(() => schema.parse({}))).toMatchObject({
      target: "properties",
      message: "The property 'properties' is required.",
    });
    expect(await refusalOf(() => schema.parse({ properties: {} }))).toMatchObject({
      target: "properties.status",
      message: "The property 'properties.status' is required.",
    });
  });

  test("lists all faults of a body at once", async () => {
    const error = await faultOf({ status: "x", count: "y" });
    expect(error.message).toBe("The request content has 2 errors.");
    expect(error.details?.map(({ target }) => target)).toEqual(["properties.status", "properties.count"]);
  });

  test("shows no secret in a fault, and shortens long values", async () => {
    const secret = await faultOf({ key: "do not tell" });
    expect(secret.message).toBe(
      "The value (not shown) of property 'properties.key' must NOT have more than 3 characters.",
    );
    const long = await faultOf({ status: "x".repeat(500) });
    expect(long.message).toContain(`'${"x".repeat(100)}…'`);
  });

  test("lists at most a hundred faults of a body", async () => {
    const error = await faultOf({ modules: Array.from({ length: 9_000 }, () => 0) });
    expect(error.message).toBe("The request content has 9000 errors.");
    expect(error.details).toHaveLength(errorLimits.details);
  });

  test("refuses as the provider unless the schema names another speaker", async () => {
    expect((await faultOf({ status: 1 })).speaker).toBe("provider");
    const own = bodySchema({ type: "object", properties: { a: { type: "string" } } }, "gateway");
    expect((await refusalOf(() => own.parse({ a: 1 }))).speaker).toBe("gateway");
  });

  test("throws nothing except a refusal, whatever the body is", () => {
    const outcome = (properties: unknown): unknown => {
      try {
        schema.parse({ properties });
        return "taken";
      } catch (cause) {
        return cause instanceof ArmError ? cause.code : cause;
      }
    };
    fc.assert(
      fc.property(fc.jsonValue(), (properties) => {
        expect(["taken", "InvalidRequestContent"]).toContain(outcome(properties));
      }),
    );
  });
});
