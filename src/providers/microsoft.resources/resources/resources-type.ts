import { gatewayResponse } from "../../../arm/arm-response.ts";
import { readPageRequest, toPage, readMatching } from "../../../arm/paging.ts";
import type { PageRequest } from "../../../arm/paging.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { typeKey, typeName } from "../../../arm/resource-type.ts";
import { regionName } from "../../../kernel/regions.ts";
import { listChildren, listInSubscription } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/stored-resource.ts";
import { matchesTags, parseFilter } from "../filter.ts";
import type { Filter } from "../filter.ts";
import { nativeType } from "../native-type.ts";
import type { ResourcesServices } from "../services.ts";
import { genericBody, trackedDocument } from "./generic-body.ts";

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
    const lists = [...types.keys()].map((key) => readType(services, request, { typeKey: key, filter, page }));
    // Each type gives what could be on the page; only the first of them all are on it.
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

/** Those that the caller may read, whatever may be done to the list itself. */
function readType(
  { store, mayDo }: ResourcesServices,
  { path, resourceId, caller }: ArmRequest,
  wanted: { typeKey: string; filter: ResourceFilter; page: PageRequest },
): Promise<StoredResource[]> {
  const { typeKey: key, filter, page } = wanted;
  const subscriptionKey = path.subscriptionId?.toLowerCase() ?? "";
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

/** Whether resources of a type are children of others, and so of no resource group themselves. */
const isChildType = (key: string): boolean => key.split("/").length > 2;

const isBelow = (id: string, { key }: StoredResource): boolean => key.startsWith(`${id.toLowerCase()}/`);

function matches(filter: ResourceFilter, resource: StoredResource): boolean {
  const { name, location, tags } = trackedDocument(resource);
  const group = resource.id.split("/")[4] ?? "";
  return (
    (filter.name === undefined || isSame(filter.name, name)) &&
    (filter.resourcegroup === undefined || isSame(filter.resourcegroup, group)) &&
    (filter.location === undefined || regionName(filter.location) === regionName(location)) &&
    matchesTags(filter, tags)
  );
}

const isSame = (text: string, other: string): boolean => text.toLowerCase() === other.toLowerCase();
