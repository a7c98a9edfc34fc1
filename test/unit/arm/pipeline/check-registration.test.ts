import { expect, test } from "vitest";
import { checkRegistration } from "../../../../src/arm/pipeline/resolve-type.ts";
import { subscriptionTypeKey } from "../../../../src/arm/subscriptions-and-groups.ts";
import type { SubscriptionDocument } from "../../../../src/arm/subscriptions-and-groups.ts";
import type { StoredResource } from "../../../../src/store/store.ts";
import { exchangeOf, pipelineServices, refusalOf, resourceType } from "../../../support/exchange.ts";

const subscription = (unregistered: readonly string[]): StoredResource => {
  const document: SubscriptionDocument = { displayName: "S", tenantId: "t", unregistered };
  return { typeKey: subscriptionTypeKey, document } as unknown as StoredResource;
};

const check = (unregistered: readonly string[], type = resourceType(["boxes"])) =>
  checkRegistration(exchangeOf({ type, ancestors: [subscription(unregistered)] }), pipelineServices());

test("a subscription that is registered passes", () => {
  expect(check([])).toBeUndefined();
  expect(check(["other.namespace"])).toBeUndefined();
});

test("one that is not is told what to register for", async () => {
  expect(await refusalOf(() => check(["sample.boxes"]))).toMatchObject({
    code: "MissingSubscriptionRegistration",
    status: 409,
    details: [{ target: "Sample.Boxes" }],
  });
});

test("ARM's own types need no registration", () => {
  const type = resourceType(["subscriptions"], { namespace: "Microsoft.Resources" });
  expect(check(["microsoft.resources"], type)).toBeUndefined();
});

test("a path without a subscription passes", () => {
  expect(checkRegistration(exchangeOf({ type: resourceType(["operations"]) }), pipelineServices())).toBeUndefined();
});
