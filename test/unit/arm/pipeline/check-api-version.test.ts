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

test("accepts a version of the type in any case, and sets its published spelling", async () => {
  expect(await check("2024-01-01")).toBe("2024-01-01");
  expect(await check("2023-01-01-PREVIEW")).toBe("2023-01-01-preview");
});

test("accepts every well-formed version of a type that has any", async () => {
  for (const version of ["2014-04-01-preview", "2099-12-31", "2020-01-01-alpha"]) {
    expect(await check(version, { type: anyVersion })).toBe(version);
  }
});

test.each(["latest", "2024-1-1", "2024-01-01-", "2024-01-01-release", " 2024-01-01", "v2024-01-01"])(
  "refuses the malformed version %j with the supported ones, without spaces",
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
  "refuses a version that the type does not have with those that it has, and the requested location: %j",
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
