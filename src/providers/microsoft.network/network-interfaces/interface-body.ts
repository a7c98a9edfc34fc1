import { etagOf } from "../etag.ts";
import type { TaggedBody } from "../etag.ts";
import { ipConfigurationId } from "./interface-store.ts";
import type { StoredInterface } from "./interface-store.ts";

/** A network interface as clients read it, in the recorded order (2026). */
export function interfaceBody({ id, document, version }: StoredInterface): TaggedBody {
  const { name, location, resourceGuid, privateEndpointId } = document;
  const etag = etagOf({ resourceGuid, version });
  return {
    name,
    id,
    etag,
    properties: {
      provisioningState: "Succeeded",
      resourceGuid,
      ipConfigurations: [ipConfigurationBody(id, etag, document)],
      dnsSettings: {
        dnsServers: [],
        appliedDnsServers: [],
        internalDomainNameSuffix: `${domainLabel(resourceGuid)}.xx.internal.cloudapp.net`,
      },
      macAddress: "",
      enableAcceleratedNetworking: false,
      vnetEncryptionSupported: false,
      enableIPForwarding: false,
      hostedWorkloads: [],
      tapConfigurations: [],
      privateEndpoint: { id: privateEndpointId },
      nicType: "Standard",
      allowPort25Out: true,
      auxiliaryMode: "None",
    },
    type: "Microsoft.Network/networkInterfaces",
    location,
    managedBy: privateEndpointId,
    kind: "Regular",
  };
}

/** Azure makes up 26 letters and digits for a network. */
const domainLabel = (resourceGuid: string): string => resourceGuid.replaceAll("-", "").slice(0, 26);

function ipConfigurationBody(interfaceId: string, etag: string, document: StoredInterface["document"]): object {
  const { ipConfigurationName: name, address, allocationMethod, subnetId, groupId, memberName, fqdns } = document;
  return {
    name,
    id: ipConfigurationId(interfaceId, name),
    etag,
    type: "Microsoft.Network/networkInterfaces/ipConfigurations",
    properties: {
      provisioningState: "Succeeded",
      privateIPAddress: address,
      privateIPAllocationMethod: allocationMethod,
      subnet: { id: subnetId },
      primary: true,
      privateIPAddressVersion: "IPv4",
      privateLinkConnectionProperties: { groupId, requiredMemberName: memberName, fqdns },
    },
  };
}
