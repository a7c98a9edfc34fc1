import { invalidNamespace, subscriptionNotFound } from "../../../arm/errors.ts";
import { commonApiVersions } from "../../../arm/pipeline/resolve-type.ts";
import type { Registry } from "../../../arm/registry.ts";
import type { ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import type { SubscriptionDocument } from "../../../arm/subscriptions-and-groups.ts";
import type { Queryable, StoredResource } from "../../../store/store.ts";
import { subscriptionKind } from "../subscriptions/subscription.ts";

/** Namespaces, in lower case, that every subscription may use and that can be neither registered nor unregistered. */
const registrationFree: ReadonlySet<string> = new Set(["microsoft.authorization", "microsoft.resources"]);

/** Whether a namespace serves all subscriptions without registration. */
export const needsNoRegistration = (namespace: string): boolean => registrationFree.has(namespace.toLowerCase());

/** The published spelling of the namespace that a path ends in. @throws ArmError when there is no such namespace. */
export function namespaceOf({ name }: ArmRequest, registry: Registry): string {
  const published = registry.typesOf(name)[0]?.namespace;
  if (published === undefined) throw invalidNamespace(name);
  return published;
}

/** The subscription of a request, as it is stored now. */
export async function subscriptionOf(
  from: Queryable,
  { path: { subscriptionId = "" } }: ArmRequest,
): Promise<StoredResource<SubscriptionDocument>> {
  const subscription = await subscriptionKind.find(from, `/subscriptions/${subscriptionId}`);
  if (subscription === undefined) throw subscriptionNotFound(subscriptionId);
  return subscription;
}

/** A namespace as a subscription sees it. */
export function providerBody(
  registry: Registry,
  namespace: string,
  { id, document }: StoredResource<SubscriptionDocument>,
): object {
  const isRegistered = !document.unregistered.includes(namespace.toLowerCase());
  return {
    id: `${id}/providers/${namespace}`,
    ...tenantProviderBody(registry, namespace),
    registrationPolicy: needsNoRegistration(namespace) ? "RegistrationFree" : "RegistrationRequired",
    registrationState: isRegistered ? "Registered" : "Unregistered",
  };
}

/** A namespace as it is listed outside of subscriptions, without a registration. */
export const tenantProviderBody = (registry: Registry, namespace: string): object => ({
  namespace,
  resourceTypes: registry
    .typesOf(namespace)
    .filter(({ listed }) => listed)
    .map(typeBody),
});

/** The default version is the newest that is not a preview. */
function typeBody({ types, locations, apiVersions, tracked }: ResourceType): object {
  const versions = apiVersions === "any" ? commonApiVersions : apiVersions;
  return {
    resourceType: types.join("/"),
    locations,
    apiVersions: versions,
    defaultApiVersion: versions.find((version) => !version.includes("-preview")) ?? versions[0],
    capabilities: tracked ? "SupportsTags, SupportsLocation" : "None",
  };
}
