import { subscriptionTypeKey } from "../../../arm/subscriptions-and-groups.ts";
import type { SubscriptionDocument } from "../../../arm/subscriptions-and-groups.ts";
import { findResource, saveResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";

/** Makes sure of a subscription that is registered for every namespace; one that is there stays as it is. */
export async function seedSubscription(
  tx: Transaction,
  subscription: { subscriptionId: string; displayName: string; tenantId: string; nowMs: number },
): Promise<void> {
  const { displayName, tenantId, nowMs } = subscription;
  const subscriptionKey = subscription.subscriptionId.toLowerCase();
  const id = `/subscriptions/${subscriptionKey}`;
  if ((await findResource(tx, id)) !== undefined) return;
  const document: SubscriptionDocument = { displayName, tenantId, unregistered: [] };
  await saveResource(tx, { id, typeKey: subscriptionTypeKey, parentKey: "", subscriptionKey, document }, nowMs);
}
