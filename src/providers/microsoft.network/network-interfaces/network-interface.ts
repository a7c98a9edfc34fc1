import { resourceNotFound, writeNotServed } from "../../../arm/errors.ts";
import { readOperations } from "../../../arm/read-operations.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import type { StoredResource } from "../../../store/store.ts";
import { etagOf, writeResponse, networkDialect, networkType, networkNamespace } from "../network-type.ts";
import { networkError } from "../network-errors.ts";
import type { NetworkServices } from "../network-type.ts";
import { knownProperties, propertiesSince } from "../version-properties.ts";

/** What is stored of a network interface, which is always that of a private endpoint. */
export interface InterfaceDocument {
  readonly name: string;
  /** Region name, e.g. `westus2`. */
  readonly location: string;
  readonly tags: undefined;
  readonly resourceGuid: string;
  readonly privateEndpointId: string;
  readonly subnetId: string;
  readonly ipConfigurationName: string;
  readonly address: string;
  readonly allocationMethod: "Dynamic" | "Static";
  readonly groupId: string;
  readonly memberName: string;
  /** The names of the endpoint's target; none while the connection is not approved. */
  readonly fqdns: readonly string[];
}

export const networkInterfaces = resourceKind<InterfaceDocument>(networkNamespace, ["networkInterfaces"]);

type StoredInterface = StoredResource<InterfaceDocument>;

/** The id of an interface's one IP configuration. */
export const ipConfigurationId = (interfaceId: string, name: string): string =>
  `${interfaceId}/ipConfigurations/${name}`;

const { type } = networkInterfaces;

/** A network interface as clients read it, in the recorded order (2022-01-01 in 2026; that of newer versions quoted by users). */
function interfaceBody({ id, document, version }: StoredInterface, apiVersion: string): object {
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
    type,
    location,
    managedBy: privateEndpointId,
    kind: "Regular",
  };
}

function propertiesOf(id: string, etag: string, document: InterfaceDocument): Record<string, unknown> {
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

/** Azure generates 26 letters and digits for a network. */
const domainLabel = (resourceGuid: string): string => resourceGuid.replaceAll("-", "").slice(0, 26);

function ipConfigurationBody(interfaceId: string, etag: string, document: InterfaceDocument): object {
  const { ipConfigurationName: name, address, allocationMethod, subnetId, groupId, memberName, fqdns } = document;
  return {
    name,
    id: ipConfigurationId(interfaceId, name),
    etag,
    type: `${type}/ipConfigurations`,
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

/** `Microsoft.Network/networkInterfaces`: only those of private endpoints, which are created and deleted with them. */
export const interfaceType = (services: NetworkServices): ResourceType =>
  networkType(networkInterfaces.types, {
    ...readOperations({
      kind: networkInterfaces,
      dialect: networkDialect(services),
      noun: "Network Interface",
      plural: "Network Interfaces",
      bodies: async (_from, found, { apiVersion }) => found.map((each) => interfaceBody(each, apiVersion)),
      notFound: ({ name, group }) => resourceNotFound({ type, name, group }),
    }),
    put: refuseWrite,
    patch: refuseWrite,
    delete: refuseDelete(services),
  });

/** Azure lets clients create interfaces, and change those that are not a private endpoint's. */
const refuseWrite: ArmOperation = {
  action: `${type}/write`,
  display: {
    operation: "Create or Update Network Interface",
    description: "Creates a network interface or changes it.",
  },
  body: "optional",
  async handle({ resourceId }) {
    const why = `Network interface ${resourceId} cannot be written: private endpoints alone make and change interfaces.`;
    throw writeNotServed({ why, type, speaker: "network" });
  },
};

/** Always refuses (quoted by users): an interface is deleted with its endpoint. */
const refuseDelete = (services: NetworkServices): ArmOperation => ({
  action: `${type}/delete`,
  display: { operation: "Delete Network Interface", description: "Deletes a network interface." },
  async handle(request) {
    const found = await networkInterfaces.find(services.store, request.resourceId);
    if (found === undefined) return writeResponse(services, request, { status: 204, operation: undefined });
    throw networkError(
      "NicInUseWithPrivateEndpoint",
      `Network interface ${found.id} cannot be deleted because it is currently in use with an private endpoint ` +
        `(${found.document.privateEndpointId}).`,
    );
  },
});
