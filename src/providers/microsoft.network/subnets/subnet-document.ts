import type { Settling } from "../settling.ts";

/** What has an address of a subnet. */
export interface Occupant {
  readonly address: string;
  readonly ipConfigurationId: string;
  readonly privateEndpointId: string;
}

/** What clients may say of a subnet. */
export interface SubnetSettings {
  /** In CIDR notation; never empty. */
  readonly addressPrefixes: readonly string[];
  /** Whether it was written as `addressPrefix`, and is shown so. */
  readonly hasSinglePrefix: boolean;
  readonly privateEndpointNetworkPolicies: string;
  readonly privateLinkServiceNetworkPolicies: string;
  readonly serviceEndpoints: readonly string[];
  readonly delegations: readonly { readonly name: string; readonly serviceName: string }[];
  readonly defaultOutboundAccess: boolean | undefined;
}

/** What is kept of a subnet: it knows who has which of its addresses. */
export interface SubnetDocument extends SubnetSettings, Settling {
  readonly name: string;
  readonly occupants: readonly Occupant[];
}

export const subnetTypeKey = "microsoft.network/virtualnetworks/subnets";
