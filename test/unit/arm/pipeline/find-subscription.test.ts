import { expect, test } from "vitest";
import { findSubscription } from "../../../../src/arm/pipeline/find-scope.ts";
import { exchangeOf, pipelineServices, refusalOf } from "../../../support/exchange.ts";
import { seededStore, subscriptionId } from "../../../support/seeded-store.ts";

test("adds a subscription in any case as the first ancestor, and counts its quota", async () => {
  const services = pipelineServices({ store: await seededStore() });
  const exchange = exchangeOf({ url: `/subscriptions/${subscriptionId.toUpperCase()}/resourceGroups/rg1` });
  await findSubscription(exchange, services);
  expect(exchange.ancestors.map(({ id }) => id)).toEqual([`/subscriptions/${subscriptionId}`]);
  expect(exchange.quotaHeaders).toEqual([
    "x-ms-ratelimit-remaining-subscription-reads",
    "1099",
    "x-ms-ratelimit-remaining-subscription-global-reads",
    "16499",
  ]);
});

test("lets a path without a subscription pass and counts no quota", async () => {
  const exchange = exchangeOf({ url: "/tenants" });
  await findSubscription(exchange, pipelineServices());
  expect(exchange).toMatchObject({ ancestors: [], quotaHeaders: [] });
});

test("refuses a subscription id that is not a GUID before it reads the store", async () => {
  const exchange = exchangeOf({ url: "/subscriptions/my-subscription" });
  expect(await refusalOf(() => findSubscription(exchange, pipelineServices()))).toMatchObject({
    code: "InvalidSubscriptionId",
    message: "The provided subscription identifier 'my-subscription' is malformed or invalid.",
  });
});

test("refuses a missing subscription with 404 and counts no quota", async () => {
  const services = pipelineServices({ store: await seededStore() });
  const exchange = exchangeOf({ url: "/subscriptions/22222222-2222-4222-8222-222222222222" });
  expect(await refusalOf(() => findSubscription(exchange, services))).toMatchObject({
    code: "SubscriptionNotFound",
    message: "The subscription '22222222-2222-4222-8222-222222222222' could not be found.",
  });
  expect(exchange.quotaHeaders).toEqual([]);
});
