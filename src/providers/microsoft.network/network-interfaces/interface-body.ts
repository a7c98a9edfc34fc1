import { etagOf } from "../etag.ts";
import type { TaggedBody } from "../etag.ts";
import { knownProperties, propertiesSince } from "../version-properties.ts";
import { ipConfigurationId } from "./interface-store.ts";
import type { StoredInterface } from "./interface-store.ts";

/** A network interface as clients read it, in the recorded order (2022-01-01 in 2026; that of newer versions quoted by users). */
export function interfaceBody({ id, document, version }: StoredInterface, apiVersion: string): TaggedBody {
  const { name, location, resourceGuid, privateEndpointId } = document;
  const etag = etagOf({ resourceGuid, version });
  return {
    name,
    id,
    etag,
    properties: knownProperties(propertiesOf(id, etag, document), {
      apiVersion,
      since: propertiesSince.networkInterface,
    }),
    type: "Microsoft.Network/networkInterfaces",
    location,
    managedBy: privateEndpointId,
    kind: "Regular",
  };
}

function propertiesOf(id: string, etag: string, document: StoredInterface["document"]): Record<string, unknown> {
  const { resourceGuid, privateEndpointId } = document;
  return {
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
    disableTcpStateTracking: false,
    hostedWorkloads: [],
    tapConfigurations: [],
    privateEndpoint: { id: privateEndpointId },
    nicType: "Standard",
    allowPort25Out: true,
    defaultOutboundConnectivityEnabled: false,
    auxiliaryMode: "None",
    auxiliarySku: "None",
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
