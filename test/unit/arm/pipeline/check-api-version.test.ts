import { expect, test } from "vitest";
import { checkApiVersion, commonApiVersions } from "../../../../src/arm/pipeline/resolve-type.ts";
import { exchangeOf, pipelineServices, refusalOf, resourceType } from "../../../support/exchange.ts";

const type = resourceType(["boxes", "lids"]);
const headers = { "content-type": "application/json" };
const anyVersion = resourceType(["boxes"], { apiVersions: "any" });

const check = async (apiVersion: string, changes: Parameters<typeof exchangeOf>[0] = {}): Promise<string> => {
  const exchange = exchangeOf({ type, apiVersion, ...changes });
  await checkApiVersion(exchange, pipelineServices());
  return exchange.apiVersion;
};

test("a version of the type passes, in any case, and goes on in its published spelling", async () => {
  expect(await check("2024-01-01")).toBe("2024-01-01");
  expect(await check("2023-01-01-PREVIEW")).toBe("2023-01-01-preview");
});

test("every well-formed version passes where any will do", async () => {
  for (const version of ["2014-04-01-preview", "2099-12-31", "2020-01-01-alpha"]) {
    expect(await check(version, { type: anyVersion })).toBe(version);
  }
});

test.each(["latest", "2024-1-1", "2024-01-01-", "2024-01-01-release", " 2024-01-01", "v2024-01-01"])(
  "%j is no version at all: the supported ones are listed, without spaces",
  async (version) => {
    expect(await refusalOf(() => check(version))).toMatchObject({
      code: "InvalidApiVersionParameter",
      status: 400,
      message: `The api-version '${version}' is invalid. The supported versions are '2024-01-01,2023-01-01-preview'.`,
    });
    expect(await refusalOf(() => check(version, { type: anyVersion }))).toMatchObject({
      message: `The api-version '${version}' is invalid. The supported versions are '${commonApiVersions.join(",")}'.`,
    });
  },
);

test.each([
  ["", "global"],
  ['{ "location": "East US" }', "eastus"],
  ['{ "location": 5 }', "global"],
  ["{ location: 5 }", "global"],
])(
  "a version that the type does not have is refused with those it has, and the location asked for: %j",
  async (content, location) => {
    expect(await refusalOf(() => check("2022-01-01", { method: "PUT", headers, content }))).toMatchObject({
      code: "NoRegisteredProviderFound",
      status: 400,
      message:
        `No registered resource provider found for location '${location}' and API version '2022-01-01' for type 'boxes/lids'. ` +
        "The supported api-versions are '2024-01-01, 2023-01-01-preview'. The supported locations are 'eastus, westeurope'.",
    });
  },
);
