import { isUuid } from "../../kernel/ids.ts";
import { findResources } from "../../store/resources.ts";
import { invalidSubscriptionId, subscriptionNotFound } from "../errors.ts";
import { ancestorIds } from "../resource-id.ts";
import type { Exchange, GateServices, Step } from "./exchange.ts";

/** The subscription in the path must be a GUID and exist; paths without one pass, and cost nothing of its quota. */
export const findSubscription: Step = async (exchange, { store, quota }) => {
  const { subscriptionId } = exchange.path;
  if (subscriptionId === undefined) return undefined;
  await readScope(exchange, { store });
  const objectId = exchange.caller?.objectId ?? "";
  Object.assign(exchange.responseHeaders, quota.take({ method: exchange.method, subscriptionId, objectId }));
  return undefined;
};

/** Reads the subscription and, along with it, whatever else the path goes through, in one query, for the steps that follow. */
export async function readScope(exchange: Exchange, { store }: Pick<GateServices, "store">): Promise<void> {
  const { subscriptionId } = exchange.path;
  if (subscriptionId === undefined) return;
  if (!isUuid(subscriptionId)) throw invalidSubscriptionId(subscriptionId);
  exchange.found = await findResources(store, ancestorIds(exchange.path));
  const subscription = exchange.found.get(`/subscriptions/${subscriptionId.toLowerCase()}`);
  if (subscription === undefined) throw subscriptionNotFound(subscriptionId);
  exchange.ancestors.push(subscription);
}
