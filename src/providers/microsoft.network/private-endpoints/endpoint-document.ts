import type { Tags } from "../../../arm/tags.ts";
import type { ConnectionStateView, PrivateLinkMember } from "../../../private-link/contract.ts";
import type { ConnectionState } from "../../../private-link/state-machine.ts";
import type { Settling } from "../settling.ts";

/** The state of an endpoint's connection: Disconnected once the owner has removed it. */
export interface EndpointConnectionState extends Omit<ConnectionStateView, "status"> {
  readonly status: Exclude<ConnectionState, "Absent">;
}

/** The one connection of an endpoint. */
export interface EndpointConnection {
  readonly name: string;
  readonly approval: "automatic" | "manual";
  /** As the client spells it. */
  readonly targetId: string;
  readonly groupIds: readonly string[];
  readonly requestMessage: string | undefined;
  readonly state: EndpointConnectionState;
}

/** An address that the client has chosen. */
export interface StaticIpConfiguration {
  readonly name: string;
  readonly groupId: string;
  readonly memberName: string;
  readonly privateIPAddress: string;
}

/** What is kept of a private endpoint. */
export interface EndpointDocument extends Settling {
  readonly name: string;
  /** Region name, e.g. `westus2`. */
  readonly location: string;
  readonly tags: Tags | undefined;
  readonly resourceGuid: string;
  readonly subnetId: string;
  readonly connection: EndpointConnection;
  /** Whether clients read Azure's placeholder for the state: until the creation has ended, or the owner has decided. */
  readonly showsPlaceholder: boolean;
  readonly member: PrivateLinkMember;
  readonly address: string;
  readonly networkInterfaceId: string;
  /** "" when the client has chosen none. */
  readonly customNetworkInterfaceName: string;
  readonly ipConfigurations: readonly StaticIpConfiguration[];
}

export const endpointTypeKey = "microsoft.network/privateendpoints";

/** Whether traffic may pass: what an endpoint shows of its name and address depends on it. */
export const isOpen = ({ connection, showsPlaceholder }: EndpointDocument): boolean =>
  connection.state.status === "Approved" && !showsPlaceholder;
