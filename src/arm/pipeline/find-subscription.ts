import { isUuid } from "../../kernel/ids.ts";
import { findResource } from "../../store/resources.ts";
import { invalidSubscriptionId, subscriptionNotFound } from "../errors.ts";
import type { Step } from "./pipeline.ts";

/** The subscription in the path must be a GUID and exist; paths without one pass. */
export const findSubscription: Step = async (exchange, { store, quota }) => {
  const { subscriptionId } = exchange.path;
  if (subscriptionId === undefined) return undefined;
  if (!isUuid(subscriptionId)) throw invalidSubscriptionId(subscriptionId);
  const subscription = await findResource(store, `/subscriptions/${subscriptionId}`);
  if (subscription === undefined) throw subscriptionNotFound(subscriptionId);
  exchange.ancestors.push(subscription);
  const objectId = exchange.caller?.objectId ?? "";
  Object.assign(exchange.responseHeaders, quota.take({ method: exchange.method, subscriptionId, objectId }));
  return undefined;
};
