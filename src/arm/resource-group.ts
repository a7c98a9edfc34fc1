import { asType } from "../store/resources.ts";
import type { StoredResource } from "../store/stored-resource.ts";

/** What is kept of a resource group. */
export interface ResourceGroupDocument {
  readonly name: string;
  /** Region name, e.g. `eastus`. */
  readonly location: string;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly managedBy: string | undefined;
  readonly provisioningState: "Succeeded" | "Deleting";
}

export const resourceGroupTypeKey = "microsoft.resources/subscriptions/resourcegroups";

/** Whether a stored group is on its way out. */
export const isBeingDeleted = (group: StoredResource): boolean =>
  asType<ResourceGroupDocument>(group, resourceGroupTypeKey).document.provisioningState === "Deleting";
