import { expect, test } from "vitest";
import { findSubscription } from "../../../../src/arm/pipeline/find-scope.ts";
import { exchangeOf, pipelineServices, refusalOf } from "../../../support/exchange.ts";
import { seededStore, subscriptionId } from "../../../support/seeded-store.ts";

test("a subscription in any case is the first ancestor, and its quota is counted", async () => {
  const services = pipelineServices({ store: await seededStore() });
  const exchange = exchangeOf({ url: `/subscriptions/${subscriptionId.toUpperCase()}/resourceGroups/rg1` });
  await findSubscription(exchange, services);
  expect(exchange.ancestors.map(({ id }) => id)).toEqual([`/subscriptions/${subscriptionId}`]);
  expect(exchange.responseHeaders).toEqual({
    "x-ms-ratelimit-remaining-subscription-reads": "1099",
    "x-ms-ratelimit-remaining-subscription-global-reads": "16499",
  });
});

test("a path without a subscription passes, uncounted", async () => {
  const exchange = exchangeOf({ url: "/tenants" });
  await findSubscription(exchange, pipelineServices());
  expect(exchange).toMatchObject({ ancestors: [], responseHeaders: {} });
});

test("what is no GUID is refused before the store is asked", async () => {
  const exchange = exchangeOf({ url: "/subscriptions/my-subscription" });
  expect(await refusalOf(() => findSubscription(exchange, pipelineServices()))).toMatchObject({
    code: "InvalidSubscriptionId",
    message: "The provided subscription identifier 'my-subscription' is malformed or invalid.",
  });
});

test("a subscription that is not there is 404, and costs no quota", async () => {
  const services = pipelineServices({ store: await seededStore() });
  const exchange = exchangeOf({ url: "/subscriptions/22222222-2222-4222-8222-222222222222" });
  expect(await refusalOf(() => findSubscription(exchange, services))).toMatchObject({
    code: "SubscriptionNotFound",
    message: "The subscription '22222222-2222-4222-8222-222222222222' could not be found.",
  });
  expect(exchange.responseHeaders).toEqual({});
});
