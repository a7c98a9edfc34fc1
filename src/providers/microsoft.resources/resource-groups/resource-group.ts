import { resourcesNamespace } from "../../../arm/resource-id.ts";
import type { ResourceGroupDocument } from "../../../arm/subscriptions-and-groups.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import type { StoredResource } from "../../../store/store.ts";

export type StoredGroup = StoredResource<ResourceGroupDocument>;

export const groupKind = resourceKind<ResourceGroupDocument>(resourcesNamespace, ["subscriptions", "resourceGroups"]);

/** A group as clients read it (recorded). */
export function groupBody({ id, document }: StoredGroup): object {
  const { name, location, tags, managedBy, provisioningState } = document;
  return {
    id,
    name,
    type: "Microsoft.Resources/resourceGroups",
    location,
    ...(managedBy === undefined ? {} : { managedBy }),
    ...(tags === undefined ? {} : { tags }),
    properties: { provisioningState },
  };
}
