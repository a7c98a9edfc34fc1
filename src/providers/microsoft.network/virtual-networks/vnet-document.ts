import type { Tags } from "../../../arm/tags.ts";
import type { Settling } from "../settling.ts";

/** What clients may say of a virtual network, but for its subnets. */
export interface VnetSettings {
  /** In CIDR notation; never empty. */
  readonly addressPrefixes: readonly string[];
  readonly dnsServers: readonly string[] | undefined;
  readonly enableDdosProtection: boolean;
  readonly encryption: { readonly enabled: boolean; readonly enforcement: string } | undefined;
  readonly flowTimeoutInMinutes: number | undefined;
  /** Undefined where nobody has set it, which is shown as Disabled. */
  readonly privateEndpointVNetPolicies: string | undefined;
}

/** What is kept of a virtual network. */
export interface VnetDocument extends VnetSettings, Settling {
  readonly name: string;
  /** Region name, e.g. `westus2`. */
  readonly location: string;
  readonly tags: Tags | undefined;
  readonly resourceGuid: string;
}

export const vnetTypeKey = "microsoft.network/virtualnetworks";
