import { expect, test } from "vitest";
import { checkRegistration } from "../../../../src/arm/pipeline/resolve-type.ts";
import { subscriptionTypeKey, type SubscriptionDocument } from "../../../../src/arm/subscriptions-and-groups.ts";
import type { StoredResource } from "../../../../src/store/store.ts";
import { exchangeOf, pipelineServices, refusalOf, resourceType } from "../../../support/exchange.ts";

const subscription = (unregistered: readonly string[]): StoredResource => {
  const document: SubscriptionDocument = { displayName: "S", tenantId: "t", unregistered };
  return { typeKey: subscriptionTypeKey, document } as unknown as StoredResource;
};

const check = (unregistered: readonly string[], type = resourceType(["boxes"])) =>
  checkRegistration(exchangeOf({ type, ancestors: [subscription(unregistered)] }), pipelineServices());

test("lets a registered subscription pass", () => {
  expect(check([])).toBeUndefined();
  expect(check(["other.namespace"])).toBeUndefined();
});

test("refuses an unregistered subscription and names the namespace", async () => {
  expect(await refusalOf(() => check(["sample.boxes"]))).toMatchObject({
    code: "MissingSubscriptionRegistration",
    status: 409,
    details: [{ target: "Sample.Boxes" }],
  });
});

test("requires no registration for ARM's own types", () => {
  const type = resourceType(["subscriptions"], { namespace: "Microsoft.Resources" });
  expect(check(["microsoft.resources"], type)).toBeUndefined();
});

test("lets a path without a subscription pass", () => {
  expect(checkRegistration(exchangeOf({ type: resourceType(["operations"]) }), pipelineServices())).toBeUndefined();
});
