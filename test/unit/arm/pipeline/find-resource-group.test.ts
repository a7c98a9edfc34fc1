import { describe, expect, test } from "vitest";
import { findResourceGroup, findSubscription } from "../../../../src/arm/pipeline/find-scope.ts";
import type { Exchange } from "../../../../src/arm/pipeline/exchange.ts";
import { exchangeOf, pipelineServices, refusalOf, resourceType } from "../../../support/exchange.ts";
import { deletingGroup, group, seededStore, subscriptionId } from "../../../support/seeded-store.ts";

async function find(given: Partial<Exchange>): Promise<Exchange> {
  const services = pipelineServices({ store: await seededStore() });
  const exchange = exchangeOf({ type: resourceType(["boxes"]), ...given });
  await findSubscription(exchange, services);
  await findResourceGroup(exchange, services);
  return exchange;
}

const boxIn = (id: string): string => `${id}/providers/Sample.Boxes/boxes/b`;

test("adds a group in any case to the ancestors", async () => {
  const { ancestors } = await find({ url: boxIn(group).replace("rg1", "RG1") });
  expect(ancestors.map(({ id }) => id)).toEqual([`/subscriptions/${subscriptionId}`, group]);
});

test("refuses a missing group, spelled as in the path", async () => {
  const url = boxIn(`/subscriptions/${subscriptionId}/resourceGroups/Nowhere`);
  for (const method of ["GET", "PUT", "DELETE", "POST"]) {
    expect(await refusalOf(() => find({ url, method }))).toMatchObject({
      code: "ResourceGroupNotFound",
      message: "Resource group 'Nowhere' could not be found.",
    });
  }
});

describe("a group that is being deleted", () => {
  test.each(["PUT", "PATCH"])("a group that is being deleted refuses %s", async (method) => {
    expect(await refusalOf(() => find({ url: boxIn(deletingGroup), method }))).toMatchObject({
      code: "ResourceGroupBeingDeleted",
      status: 409,
      message: "The resource group 'going' is in deprovisioning state and cannot perform this operation.",
    });
  });

  test.each(["GET", "HEAD", "DELETE", "POST"])("a group that is being deleted still accepts %s", async (method) => {
    expect((await find({ url: boxIn(deletingGroup), method })).ancestors).toHaveLength(2);
  });
});

test("leaves the group itself to its handler", async () => {
  const url = `/subscriptions/${subscriptionId}/resourceGroups/Nowhere`;
  expect((await find({ url, method: "PUT" })).ancestors).toHaveLength(1);
});

test("requires the group of a native type below it", async () => {
  const url = `/subscriptions/${subscriptionId}/resourceGroups/Nowhere/resources`;
  expect(await refusalOf(() => find({ url }))).toMatchObject({ code: "ResourceGroupNotFound" });
});

test("requires no group for the status of an operation", async () => {
  const type = resourceType(["boxes", "operationresults"], { parentsAreStored: false });
  const url = `/subscriptions/${subscriptionId}/resourceGroups/Nowhere/providers/Sample.Boxes/boxes/b/operationresults/1`;
  expect((await find({ url, type })).ancestors).toHaveLength(1);
});
