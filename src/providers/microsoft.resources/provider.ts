import { resourcesNamespace } from "../../arm/resource-id.ts";
import { operationsListType } from "../../arm/operations-list.ts";
import type { ResourceType } from "../../arm/resource-type.ts";
import { locationsType } from "./locations/locations.ts";
import { validateResourcesType } from "./preflight/validate-resources-type.ts";
import { providersType, tenantProvidersType } from "./resource-providers/providers-type.ts";
import { groupType } from "./resource-groups/resource-group-type.ts";
import { operationResultsType } from "./operation-results/operation-results.ts";
import { groupResourcesType, resourcesType } from "./resources/resources.ts";
import type { ResourcesServices } from "./native-type.ts";
import { subscriptionsType } from "./subscriptions/subscription.ts";
import { tagNamesType } from "./tag-names/tag-names.ts";
import { tagsType } from "./tags/tags-type.ts";
import { tenantsType } from "./tenants/tenants.ts";

/** Microsoft.Resources: tenants, subscriptions, resource groups, providers, and the lists of everything. */
export function microsoftResources(services: ResourcesServices): ResourceType[] {
  const types = [
    tenantsType(services),
    subscriptionsType(services),
    locationsType(),
    groupType(services),
    operationResultsType(services),
    providersType(services),
    tenantProvidersType(services),
    resourcesType(services),
    groupResourcesType(services),
    validateResourcesType(services),
    tagsType(services),
    tagNamesType(services),
  ];
  return [...types, operationsListType(resourcesNamespace, types)];
}
