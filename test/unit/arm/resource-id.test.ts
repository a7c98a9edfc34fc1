import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseArmPath, canonicalId, parentIdOf, scopeId, subscriptionKeyOf } from "../../../src/arm/resource-id.ts";
import { refusalOf, resourceType } from "../../support/exchange.ts";

const subscriptionId = "e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f";

describe("a path", () => {
  test.each([
    ["/", { isNative: true, namespace: "Microsoft.Resources", types: [], names: [] }],
    ["/subscriptions", { isNative: true, types: ["subscriptions"], names: [] }],
    ["/subscriptions/s", { isNative: true, types: ["subscriptions"], names: ["s"], subscriptionId: "s" }],
    [
      "/subscriptions/s/resourcegroups/rg",
      { isNative: true, types: ["subscriptions", "resourcegroups"], names: ["s", "rg"], resourceGroup: "rg" },
    ],
    ["/subscriptions/s/providers", { isNative: true, types: ["subscriptions", "providers"], names: ["s"] }],
    ["/subscriptions/s/providers/N.S", { isNative: true, types: ["subscriptions", "providers"], names: ["s", "N.S"] }],
    [
      "/subscriptions/s/providers/N.S/Register",
      { isNative: true, types: ["subscriptions", "providers", "Register"], names: ["s", "N.S"] },
    ],
    ["/providers/N.S/operations", { isNative: false, namespace: "N.S", types: ["operations"], names: [], scope: [] }],
    [
      "/subscriptions/s/resourceGroups/rg/providers/N.S/as/a/bs/b/act",
      { isNative: false, namespace: "N.S", types: ["as", "bs", "act"], names: ["a", "b"], resourceGroup: "rg" },
    ],
    [
      "/subscriptions/s/resourceGroups/providers/providers/N.S/as/providers",
      { isNative: false, namespace: "N.S", types: ["as"], names: ["providers"], resourceGroup: "providers" },
    ],
    [
      "/subscriptions/s/resourceGroups/rg/providers/N.S/as/a/providers/Other.NS/bs/b",
      { namespace: "Other.NS", types: ["bs"], names: ["b"] },
    ],
  ])("reads the path %s as pairs of type and name", (path, expected) => {
    expect(parseArmPath(path)).toMatchObject(expected);
  });

  test("skips empty segments of a path, as az writes them", () => {
    expect(parseArmPath("//subscriptions//s/resourcegroups/rg/providers/N.S//as/a/")).toEqual(
      parseArmPath("/subscriptions/s/resourcegroups/rg/providers/N.S/as/a"),
    );
  });

  test("decodes a path segment by segment", () => {
    expect(parseArmPath("/providers/N.S/as/a%20b%C3%9F").names).toEqual(["a bß"]);
  });

  test.each([
    ["%zz", "is not correctly percent-encoded"],
    ["a%2Fb", "has a slash in it"],
    ["%E0%A4%A", "is not correctly percent-encoded"],
    ["a%00", "has a control character in it"],
    ["a%0D%0Ab", "has a control character in it"],
  ])("refuses a path with the segment %s and names it", async (segment, fault) => {
    const error = await refusalOf(() => parseArmPath(`/subscriptions/${segment}`));
    expect(error).toMatchObject({
      code: "InvalidRequestUri",
      status: 400,
      message: `The request URI is invalid because the segment '${segment}' ${fault}.`,
    });
  });
});

const name = fc.stringMatching(/^[A-Za-z0-9][\w.()-]{0,20}$/).filter((text) => text.toLowerCase() !== "providers");
const mixedCase = (text: string) => fc.mixedCase(fc.constant(text));
const slashes = fc.constantFrom("/", "//", "///");

/** The literals of an id in any case, between any number of slashes. */
const spelling = fc.tuple(
  slashes,
  mixedCase("subscriptions"),
  mixedCase("resourceGroups"),
  mixedCase("providers"),
  mixedCase("Sample.Boxes"),
  mixedCase("boxes"),
  mixedCase("lids"),
);

test("makes the canonical id of a path in any spelling, which parses to itself", () => {
  const type = resourceType(["boxes", "lids"]);
  fc.assert(
    fc.property(
      spelling,
      name,
      name,
      name,
      ([slash, subscriptions, groups, providers, namespace, boxes, lids], group, box, lid) => {
        const segments = [
          "",
          subscriptions,
          subscriptionId,
          groups,
          group,
          providers,
          namespace,
          boxes,
          box,
          lids,
          lid,
        ];
        const path = parseArmPath(segments.join(slash));
        const id = `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Sample.Boxes/boxes/${box}/lids/${lid}`;
        expect(canonicalId(path, type)).toBe(id);
        expect(canonicalId(parseArmPath(id), type)).toBe(id);
      },
    ),
  );
});

describe("the canonical id", () => {
  test("makes the id of the resource from the path of its collection or action", () => {
    const lids = resourceType(["boxes", "lids"]);
    const group = `/subscriptions/${subscriptionId}/resourceGroups/rg`;
    const box = `${group}/providers/Sample.Boxes/boxes/b`;
    expect(canonicalId(parseArmPath(`${box}/lids`), lids)).toBe(box);
    expect(canonicalId(parseArmPath(`${box}/open`), resourceType(["boxes"]))).toBe(box);
    expect(canonicalId(parseArmPath(`${group}/providers/Sample.Boxes/boxes`), resourceType(["boxes"]))).toBe(
      `${group}/providers/Sample.Boxes`,
    );
  });

  test("makes an id without providers from a native path", () => {
    const type = resourceType(["subscriptions", "resourceGroups"], {
      namespace: "Microsoft.Resources",
      isNative: true,
    });
    expect(canonicalId(parseArmPath("/SUBSCRIPTIONS/s/RESOURCEGROUPS/Rg"), type)).toBe(
      "/subscriptions/s/resourceGroups/Rg",
    );
  });

  test("makes the id of the scope that a path has", () => {
    expect(scopeId(parseArmPath("/providers/N.S/operations"))).toBe("");
    expect(scopeId(parseArmPath("/Subscriptions/s/providers/N.S/as"))).toBe("/subscriptions/s");
    expect(scopeId(parseArmPath("/subscriptions/s/RESOURCEgroups/rg/x/y"))).toBe("/subscriptions/s/resourceGroups/rg");
  });
});

describe("what an id is below", () => {
  test.each([
    [
      "/subscriptions/s/resourceGroups/rg/providers/N.S/as/a/bs/b",
      "/subscriptions/s/resourceGroups/rg/providers/N.S/as/a",
    ],
    ["/subscriptions/s/resourceGroups/rg/Providers/N.S/as/a", "/subscriptions/s/resourceGroups/rg"],
    ["/subscriptions/s/resourceGroups/rg", "/subscriptions/s"],
    ["/subscriptions/s", ""],
    ["/providers/N.S/as/a", ""],
    ["", ""],
  ])("the parent of %s is %s", (id, parent) => {
    expect(parentIdOf(id)).toBe(parent);
  });

  const ids = fc
    .array(fc.constantFrom("providers", "Providers", "subscriptions", "a", "N.S", ""), { maxLength: 9 })
    .map((segments) => `/${segments.join("/")}`);

  test("parent and subscription are those that the id's segments give", () => {
    fc.assert(
      fc.property(ids, (id) => {
        const segments = id.split("/");
        const isOutermost = segments.at(-4)?.toLowerCase() === "providers";
        expect(parentIdOf(id)).toBe(segments.slice(0, isOutermost ? -4 : -2).join("/"));
        const isInSubscription = segments[0] === "" && segments[1] === "subscriptions";
        expect(subscriptionKeyOf(id)).toBe(isInSubscription ? (segments[2] ?? "").toLowerCase() : "");
      }),
    );
  });
});
