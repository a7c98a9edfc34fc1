import { asType, listChildren } from "../store/resources.ts";
import type { Queryable, StoredResource } from "../store/store.ts";
import type { Tags } from "./tags.ts";

/** What is stored of a subscription. */
export interface SubscriptionDocument {
  readonly displayName: string;
  readonly tenantId: string;
  /** Namespaces in lower case that it is not registered for; it is registered for all others. */
  readonly unregistered: readonly string[];
  readonly tags?: Tags;
}

export const subscriptionTypeKey = "microsoft.resources/subscriptions";

/** The keys of all subscriptions. */
export async function subscriptionKeys(from: Queryable): Promise<string[]> {
  const subscriptions = await listChildren(from, { parentKey: "", typeKey: subscriptionTypeKey });
  return subscriptions.map(({ subscriptionKey }) => subscriptionKey);
}

/** The namespaces, in lower case, that a stored subscription is not registered for. */
export function unregisteredNamespaces(subscription: StoredResource): readonly string[] {
  return asType<SubscriptionDocument>(subscription, subscriptionTypeKey).document.unregistered;
}

/** What is stored of a resource group. */
export interface ResourceGroupDocument {
  readonly name: string;
  /** Region name, e.g. `eastus`. */
  readonly location: string;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly managedBy: string | undefined;
  readonly provisioningState: "Succeeded" | "Deleting";
}

export const resourceGroupTypeKey = "microsoft.resources/subscriptions/resourcegroups";

/** Whether a stored group is being deleted. */
export const isBeingDeleted = (group: StoredResource): boolean =>
  asType<ResourceGroupDocument>(group, resourceGroupTypeKey).document.provisioningState === "Deleting";
