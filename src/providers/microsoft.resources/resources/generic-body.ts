import type { ResourceType } from "../../../arm/resource-type.ts";
import { typeName } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import type { StoredResource } from "../../../store/stored-resource.ts";

/** What every tracked resource's document has, whatever else its provider keeps. */
export interface TrackedDocument {
  readonly name: string;
  /** Region name. */
  readonly location: string;
  readonly tags: Tags | undefined;
}

/** A resource as the lists of all types show it. */
export function genericBody(resource: StoredResource, type: ResourceType): object {
  const { name, location, tags } = trackedDocument(resource);
  return {
    id: resource.id,
    name,
    type: typeName(type),
    location,
    ...type.genericView?.(resource),
    ...(tags === undefined ? {} : { tags }),
  };
}

/** The part of a tracked resource's document that all types share. */
export const trackedDocument = (resource: StoredResource): TrackedDocument =>
  (resource as unknown as StoredResource<TrackedDocument>).document;
