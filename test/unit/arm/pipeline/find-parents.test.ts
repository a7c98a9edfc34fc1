import { describe, expect, test } from "vitest";
import { findParents, findResourceGroup, findSubscription } from "../../../../src/arm/pipeline/find-scope.ts";
import type { Exchange } from "../../../../src/arm/pipeline/exchange.ts";
import { Registry } from "../../../../src/arm/registry.ts";
import type { ResourceType } from "../../../../src/arm/resource-type.ts";
import { exchangeOf, pipelineServices, refusalOf, resourceType } from "../../../support/exchange.ts";
import { box, group, lid, seededStore, subscriptionId } from "../../../support/seeded-store.ts";

const boxes = resourceType(["boxes"]);
const lids = resourceType(["boxes", "lids"]);
const knobs = resourceType(["boxes", "lids", "knobs"]);
const registry = new Registry([boxes, lids, knobs]);
const missing = `${group}/providers/Sample.Boxes/boxes/Missing`;

async function find(url: string, type: ResourceType, method = "GET"): Promise<Exchange> {
  const services = pipelineServices({ store: await seededStore(), registry });
  const exchange = exchangeOf({ url, type, method });
  await findSubscription(exchange, services);
  await findResourceGroup(exchange, services);
  await findParents(exchange, services);
  return exchange;
}

test("adds the parents to the ancestors, outermost first, in any spelling", async () => {
  const { ancestors } = await find(`${lid}/knobs/k`.replace("boxes/b1", "BOXES/B1"), knobs);
  expect(ancestors.map(({ id }) => id)).toEqual([`/subscriptions/${subscriptionId}`, group, box, lid]);
});

test("finds no parents of an outermost resource", async () => {
  expect((await find(missing, boxes)).ancestors).toHaveLength(2);
});

describe("a missing tracked parent", () => {
  test.each([
    ["GET", "read"],
    ["HEAD", "read"],
    ["PUT", "write"],
    ["PATCH", "write"],
    ["DELETE", "delete"],
    ["POST", "action"],
  ])("a missing tracked parent is refused by ARM itself for %s, as '%s'", async (method, verb) => {
    const url = method === "POST" ? `${missing}/lids/l/turn` : `${missing}/lids/l`;
    expect(await refusalOf(() => find(url, lids, method))).toMatchObject({
      speaker: "gateway",
      code: "ParentResourceNotFound",
      status: 404,
      message:
        `Failed to perform '${verb}' on resource(s) of type 'boxes/lids', ` +
        `because the parent resource '${missing}' could not be found.`,
    });
  });

  test("names the outermost missing parent, however deep the path is (recorded)", async () => {
    expect(await refusalOf(() => find(`${missing}/lids/l/knobs/k`, knobs))).toMatchObject({
      message: expect.stringContaining(`type 'boxes/lids', because the parent resource '${missing}'`) as string,
    });
  });

  test("refuses a collection below a missing parent", async () => {
    expect(await refusalOf(() => find(`${missing}/lids`, lids))).toMatchObject({ code: "ParentResourceNotFound" });
  });
});

test("refuses a missing parent that is not tracked in the provider's words", async () => {
  expect(await refusalOf(() => find(`${box}/lids/Missing/knobs/k`, knobs))).toMatchObject({
    speaker: "provider",
    code: "ResourceNotFound",
    message: "A requested resource could not be found. It may already have been deleted.",
  });
});

test("leaves the resource of an action to its handler", async () => {
  expect((await find(`${missing}/open`, boxes, "POST")).ancestors).toHaveLength(2);
});

test("requires no parents for the status of an operation", async () => {
  const results = resourceType(["boxes", "operationresults"], { parentsAreStored: false });
  expect((await find(`${missing}/operationresults/1`, results)).ancestors).toHaveLength(1);
});
