import { bodySchema } from "../../../arm/body-schema.ts";
import type { ResourceGroupDocument } from "../../../arm/subscriptions-and-groups.ts";
import { tagsSchema } from "../../../arm/tags.ts";
import type { StoredResource } from "../../../store/stored-resource.ts";

const optionalString = { type: ["string", "null"] } as const;

/** What PUT and PATCH take; whatever else a client sends back of a group is let through and ignored. */
export const groupSchema = bodySchema(
  { type: "object", properties: { location: { type: "string" }, tags: tagsSchema, managedBy: optionalString } },
  "gateway",
);

/** A group as clients read it (recorded). */
export function groupBody({ id, document }: StoredResource<ResourceGroupDocument>): object {
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
