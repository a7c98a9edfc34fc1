import { resourcesNamespace } from "../../../arm/resource-id.ts";
import { gatewayResponse, type ArmOperation, type ResourceType } from "../../../arm/resource-type.ts";
import { subscriptionNotFound } from "../../../arm/errors.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import type { SubscriptionDocument } from "../../../arm/subscriptions-and-groups.ts";
import type { StoredResource, Transaction } from "../../../store/store.ts";
import { nativeType, type ResourcesServices } from "../native-type.ts";

export const subscriptionKind = resourceKind<SubscriptionDocument>(resourcesNamespace, ["subscriptions"]);

/** Creates a subscription that is registered for every namespace; an existing one is not changed. */
export async function seedSubscription(
  tx: Transaction,
  { subscriptionId, nowMs, ...names }: { subscriptionId: string; displayName: string; tenantId: string; nowMs: number },
): Promise<void> {
  const id = `/subscriptions/${subscriptionId.toLowerCase()}`;
  if ((await subscriptionKind.find(tx, id)) !== undefined) return;
  await subscriptionKind.create(tx, id, { ...names, unregistered: [] }, nowMs);
}

/** `/subscriptions` and `/subscriptions/{id}`. */
export const subscriptionsType = (services: ResourcesServices): ResourceType =>
  nativeType(["subscriptions"], { get: getSubscription(services), list: listSubscriptions(services) });

const action = "Microsoft.Resources/subscriptions/read";

const getSubscription = ({ store }: ResourcesServices): ArmOperation => ({
  action,
  display: { operation: "Get Subscription", description: "Reads a subscription." },
  allowsAnyRoleInScope: true,
  async handle({ resourceId, path }) {
    const subscription = await subscriptionKind.find(store, resourceId);
    if (subscription === undefined) throw subscriptionNotFound(path.subscriptionId ?? "");
    return gatewayResponse(200, subscriptionBody(subscription));
  },
});

/** Lists the subscriptions in which the caller has any right; a caller without rights gets an empty list. */
const listSubscriptions = ({ store, hasAnyRole }: ResourcesServices): ArmOperation => ({
  action,
  display: { operation: "List Subscriptions", description: "Lists the subscriptions that the caller has access to." },
  allowsEveryCaller: true,
  async handle({ caller }) {
    const all = await subscriptionKind.children(store, "");
    const isVisible = await Promise.all(all.map(({ id }) => hasAnyRole({ caller, scope: id })));
    const value = all.filter((_, index) => isVisible[index]).map(subscriptionBody);
    return gatewayResponse(200, { value, count: { type: "Total", value: value.length } });
  },
});

/** `authorizationSource` and the policies are those of a pay-as-you-go subscription. */
function subscriptionBody({ id, document }: StoredResource<SubscriptionDocument>): object {
  return {
    id,
    authorizationSource: "RoleBased",
    managedByTenants: [],
    subscriptionId: id.slice("/subscriptions/".length),
    tenantId: document.tenantId,
    displayName: document.displayName,
    state: "Enabled",
    subscriptionPolicies: {
      locationPlacementId: "Public_2014-09-01",
      quotaId: "PayAsYouGo_2014-09-01",
      spendingLimit: "Off",
    },
    ...(document.tags === undefined ? {} : { tags: document.tags }),
  };
}
