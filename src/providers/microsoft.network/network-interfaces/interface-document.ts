/** What is kept of a network interface: always a private endpoint's. */
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
  /** The names that lead to the endpoint's target; none while the connection is not approved. */
  readonly fqdns: readonly string[];
}

export const interfaceTypeKey = "microsoft.network/networkinterfaces";
