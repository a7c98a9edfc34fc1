import { resourceKind } from "../../../arm/resource-kind.ts";
import type { StoredResource, Transaction } from "../../../store/store.ts";
import { etagOf, networkNamespace } from "../network-type.ts";
import { subnetBody, subnets, type StoredSubnet, type SubnetDocument } from "../subnets/subnet.ts";
import type { TrackedDocument } from "../tracked-type.ts";
import { knownProperties, propertiesSince } from "../version-properties.ts";

/** What clients may set of a virtual network, except its subnets. */
export interface VnetSettings {
  /** In CIDR notation; never empty. */
  readonly addressPrefixes: readonly string[];
  readonly dnsServers: readonly string[] | undefined;
  readonly enableDdosProtection: boolean;
  readonly encryption: { readonly enabled: boolean; readonly enforcement: string } | undefined;
  readonly flowTimeoutInMinutes: number | undefined;
  /** Undefined until it is set, which is shown as Disabled. */
  readonly privateEndpointVNetPolicies: string | undefined;
}

/** What is stored of a virtual network. */
export interface VnetDocument extends VnetSettings, TrackedDocument {}

export type StoredVnet = StoredResource<VnetDocument>;

export const virtualNetworks = resourceKind<VnetDocument>(networkNamespace, ["virtualNetworks"]);

/** A virtual network as clients read it, in the recorded order (2026). */
export function vnetBody(vnet: StoredVnet, below: readonly StoredSubnet[], apiVersion: string): object {
  const { document } = vnet;
  const { tags, encryption, flowTimeoutInMinutes, privateEndpointVNetPolicies, dnsServers } = document;
  const etag = vnetEtag(vnet);
  const properties = {
    provisioningState: document.provisioningState,
    resourceGuid: document.resourceGuid,
    addressSpace: { addressPrefixes: document.addressPrefixes },
    ...(encryption === undefined ? {} : { encryption }),
    ...(flowTimeoutInMinutes === undefined ? {} : { flowTimeoutInMinutes }),
    privateEndpointVNetPolicies: privateEndpointVNetPolicies ?? "Disabled",
    ...(dnsServers === undefined ? {} : { dhcpOptions: { dnsServers } }),
    subnets: below.map((subnet) => subnetBody(subnet, { etag, apiVersion })),
    virtualNetworkPeerings: [],
    enableDdosProtection: document.enableDdosProtection,
  };
  return {
    name: document.name,
    id: vnet.id,
    etag,
    type: virtualNetworks.type,
    location: document.location,
    ...(tags === undefined ? {} : { tags }),
    properties: knownProperties<unknown>(properties, { apiVersion, since: propertiesSince.virtualNetwork }),
  };
}

/** The etag of a virtual network, which is that of its subnets too. */
export const vnetEtag = ({ document, version }: StoredVnet): string => etagOf({ ...document, version });

/** Changes a virtual network's etag, because something in it has changed. */
export const touchVnet = (tx: Transaction, vnet: StoredVnet, nowMs: number): Promise<StoredVnet> =>
  virtualNetworks.update(tx, vnet, { document: vnet.document }, nowMs);

/** Writes a subnet that this transaction has read, and changes the etag of its virtual network. */
export async function saveSubnet(
  tx: Transaction,
  subnet: StoredSubnet,
  document: SubnetDocument,
  nowMs: number,
): Promise<StoredSubnet> {
  const vnet = await virtualNetworks.find(tx, subnet.parentKey);
  if (vnet !== undefined) await touchVnet(tx, vnet, nowMs);
  return subnets.update(tx, subnet, { document }, nowMs);
}
