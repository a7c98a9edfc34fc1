import { networkResponse } from "../../../arm/arm-response.ts";
import { scopeId } from "../../../arm/resource-id.ts";
import { resourceGroupNotFound } from "../../../arm/errors.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { findResource } from "../../../store/resources.ts";
import type { NetworkServices } from "../network-services.ts";
import { locationType } from "../network-type.ts";

/** `locations/{location}/availablePrivateEndpointTypes`, of a subscription or a resource group: the same everywhere. */
export const endpointKindsType = (services: NetworkServices): ResourceType =>
  locationType(["locations", "availablePrivateEndpointTypes"], { list: listKinds(services) });

const listKinds = ({ store, target }: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/locations/availablePrivateEndpointTypes/read",
  display: {
    operation: "List Available Private Endpoint Types",
    description: "Lists the types of resources that private endpoints can lead to.",
  },
  async handle({ path }) {
    const scope = scopeId(path);
    const { resourceGroup } = path;
    if (resourceGroup !== undefined && (await findResource(store, scope)) === undefined) {
      throw resourceGroupNotFound(resourceGroup);
    }
    const { resourceType } = target;
    const name = resourceType.replace("/", ".");
    const type = "Microsoft.Network/AvailablePrivateEndpointTypes";
    const id = `${scope}/providers/${type}/${name}`;
    return networkResponse(200, { value: [{ name, id, type, resourceName: resourceType, displayName: resourceType }] });
  },
});
