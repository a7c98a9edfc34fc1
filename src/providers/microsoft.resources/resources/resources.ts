import { gatewayResponse, typeKey, typeName } from "../../../arm/resource-type.ts";
import { readMatching, readPageRequest, toPage, type PageRequest } from "../../../arm/paging.ts";
import { groupOf, isSame } from "../../../arm/resource-id.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import { regionName } from "../../../kernel/regions.ts";
import { asType, listChildren, listInSubscription } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/store.ts";
import { matchesTags, parseFilter, type Filter } from "../filter.ts";
import { nativeType, type ResourcesServices } from "../native-type.ts";

const filterable = ["resourcetype", "resourcegroup", "name", "location", "tagname", "tagvalue"] as const;
type ResourceFilter = Filter<(typeof filterable)[number]>;

/** `/subscriptions/{id}/resources`. */
export const resourcesType = (services: ResourcesServices): ResourceType =>
  nativeType(["subscriptions", "resources"], {
    list: listResources(services, "Microsoft.Resources/subscriptions/resources/read"),
  });

/** `/subscriptions/{id}/resourceGroups/{name}/resources`. */
export const groupResourcesType = (services: ResourcesServices): ResourceType =>
  nativeType(["subscriptions", "resourceGroups", "resources"], {
    list: listResources(services, "Microsoft.Resources/subscriptions/resourceGroups/resources/read"),
  });

const listResources = (services: ResourcesServices, action: string): ArmOperation => ({
  action,
  display: { operation: "List Resources", description: "Lists resources of all types." },
  allowsAnyRoleInScope: true,
  async handle(request) {
    const filter: ResourceFilter = parseFilter(request.query.get("$filter"), filterable);
    const page = readPageRequest(request.query);
    const types = new Map(trackedTypes(services, filter).map((type) => [typeKey(type), type]));
    const lists = [...types.keys()].map((key) => readType(services, request, { key, filter, page }));
    // Each type returns up to a page; the first of all of them are on the page.
    const found = (await Promise.all(lists)).flat().toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const { items, ...next } = toPage(request, page, found);
    const value = items.flatMap((resource) => {
      const type = types.get(resource.typeKey);
      return type === undefined ? [] : [genericBody(resource, type)];
    });
    return gatewayResponse(200, { value, ...next });
  },
});

function trackedTypes({ registry }: ResourcesServices, { resourcetype }: ResourceFilter): ResourceType[] {
  const types = registry().trackedTypes();
  return resourcetype === undefined ? types : types.filter((type) => isSame(typeName(type), resourcetype));
}

/** The resources of a type that the caller may read. */
function readType(
  { store, mayDo }: ResourcesServices,
  { path, resourceId, caller, subscriptionKey }: ArmRequest,
  { key, filter, page }: { key: string; filter: ResourceFilter; page: PageRequest },
): Promise<StoredResource[]> {
  return readMatching(
    page,
    (batch) =>
      path.resourceGroup === undefined || isChildType(key)
        ? listInSubscription(store, { subscriptionKey, typeKey: key }, batch)
        : listChildren(store, { parentKey: resourceId.toLowerCase(), typeKey: key }, batch),
    (resource) =>
      isBelow(resourceId, resource) &&
      matches(filter, resource) &&
      mayDo({ caller, action: `${key}/read`, scope: resource.id }),
  );
}

/** Whether the parents of a type's resources are resources, not resource groups. */
const isChildType = (key: string): boolean => key.split("/").length > 2;

const isBelow = (id: string, { key }: StoredResource): boolean => key.startsWith(`${id.toLowerCase()}/`);

function matches(filter: ResourceFilter, resource: StoredResource): boolean {
  const { name, location, tags } = trackedDocument(resource);
  return (
    (filter.name === undefined || isSame(filter.name, name)) &&
    (filter.resourcegroup === undefined || isSame(filter.resourcegroup, groupOf(resource.id))) &&
    (filter.location === undefined || regionName(filter.location) === regionName(location)) &&
    matchesTags(filter, tags)
  );
}

/** A resource in the lists of all types. */
function genericBody(resource: StoredResource, type: ResourceType): object {
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
interface TrackedDocument {
  readonly name: string;
  /** Region name. */
  readonly location: string;
  readonly tags: Tags | undefined;
}

const trackedDocument = (resource: StoredResource): TrackedDocument =>
  asType<TrackedDocument>(resource, resource.typeKey).document;
