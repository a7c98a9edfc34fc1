import { subscriptionNotFound } from "../../../arm/errors.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { SubscriptionDocument } from "../../../arm/subscriptions-and-groups.ts";
import { findResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/stored-resource.ts";
import type { Queryable } from "../../../store/store.ts";

/** The subscription that a request goes through, as it is now. */
export async function subscriptionOf(
  from: Queryable,
  { path }: Pick<ArmRequest, "path">,
): Promise<StoredResource<SubscriptionDocument>> {
  const subscriptionId = path.subscriptionId ?? "";
  const subscription = await findResource<SubscriptionDocument>(from, `/subscriptions/${subscriptionId}`);
  if (subscription === undefined) throw subscriptionNotFound(subscriptionId);
  return subscription;
}
