import { gatewayResponse } from "../../../arm/arm-response.ts";
import { subscriptionNotFound } from "../../../arm/errors.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { subscriptionTypeKey } from "../../../arm/subscriptions-and-groups.ts";
import type { SubscriptionDocument } from "../../../arm/subscriptions-and-groups.ts";
import { findResource, listChildren } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/stored-resource.ts";
import { nativeType } from "../native-type.ts";
import type { ResourcesServices } from "../services.ts";

/** `/subscriptions` and `/subscriptions/{id}`. */
export const subscriptionsType = (services: ResourcesServices): ResourceType =>
  nativeType(["subscriptions"], { get: getSubscription(services), list: listSubscriptions(services) });

const action = "Microsoft.Resources/subscriptions/read";

const getSubscription = ({ store }: ResourcesServices): ArmOperation => ({
  action,
  display: { operation: "Get Subscription", description: "Reads a subscription." },
  allowsAnyRoleInScope: true,
  async handle({ resourceId, path }) {
    const subscription = await findResource<SubscriptionDocument>(store, resourceId);
    if (subscription === undefined) throw subscriptionNotFound(path.subscriptionId ?? "");
    return gatewayResponse(200, subscriptionBody(subscription));
  },
});

/** Shows those that the caller has any right in, and refuses nobody: whoever has none gets an empty list. */
const listSubscriptions = ({ store, hasAnyRole }: ResourcesServices): ArmOperation => ({
  action,
  display: { operation: "List Subscriptions", description: "Lists the subscriptions that the caller has access to." },
  allowsEveryCaller: true,
  async handle({ caller }) {
    const all = await listChildren<SubscriptionDocument>(store, { parentKey: "", typeKey: subscriptionTypeKey });
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
