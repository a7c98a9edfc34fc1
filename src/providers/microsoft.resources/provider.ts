import { resourcesNamespace } from "../../arm/arm-path.ts";
import { operationsListType } from "../../arm/operations-list.ts";
import type { ResourceType } from "../../arm/resource-type.ts";
import { locationsType } from "./locations/locations-type.ts";
import { validateResourcesType } from "./preflight/validate-resources-type.ts";
import { providersType } from "./providers/providers-type.ts";
import { tenantProvidersType } from "./providers/tenant-providers-type.ts";
import { groupType } from "./resource-groups/group-type.ts";
import { operationResultsType } from "./resource-groups/operation-results-type.ts";
import { groupResourcesType, resourcesType } from "./resources/resources-type.ts";
import type { ResourcesServices } from "./services.ts";
import { subscriptionsType } from "./subscriptions/subscriptions-type.ts";
import { tagNamesType } from "./tags/tag-names-type.ts";
import { tagsType } from "./tags/tags-type.ts";
import { tenantsType } from "./tenants/tenants-type.ts";

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
