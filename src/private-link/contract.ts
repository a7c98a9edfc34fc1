import type { Transaction } from "../store/store.ts";
import type { ConnectionStatus } from "./state-machine.ts";

/*
 * The contract between the two sides of a private endpoint, modelled on Azure's hidden `privateEndpointConnectionProxies`.
 * Each side writes only its own rows. All calls of one request run in one transaction, so that the sides always agree.
 */

/** A consumer's request to the owner of a resource. */
export interface ConnectionRequest {
  /** ARM id of the resource that the endpoint leads to. */
  readonly targetId: string;
  /** The connection's name inside the endpoint, which becomes the connection's name on the target. */
  readonly connectionName: string;
  readonly privateEndpointId: string;
  readonly groupIds: readonly string[];
  /** An automatic request comes from a caller who may approve it. */
  readonly approval: "automatic" | "manual";
  /** A message to the owner, at most 140 characters. It becomes the description of a manual request. */
  readonly requestMessage: string;
}

/** Identifies a connection. */
type ConnectionKey = Pick<ConnectionRequest, "targetId" | "connectionName">;

/** The state of a connection, as both sides show it. */
export interface ConnectionStateView {
  readonly status: ConnectionStatus;
  readonly description: string;
  readonly actionsRequired: string;
}

/** The part of a target that an endpoint leads to, and its names. */
export interface PrivateLinkMember {
  readonly groupId: string;
  readonly memberName: string;
  /** The public name that clients keep using. */
  readonly fqdn: string;
  /** The private DNS zone for the endpoint's address, and its name there. */
  readonly zoneName: string;
  readonly recordName: string;
}

/** The target's response to a connection that it accepts. */
export interface ConnectionGrant {
  readonly state: ConnectionStateView;
  readonly member: PrivateLinkMember;
}

/** The provider whose resources private endpoints lead to. */
export interface PrivateLinkTarget {
  /** Namespace and type of those resources, as published. */
  readonly resourceType: string;
  /** The action that a caller must have on the resource for an automatic request. */
  readonly approvalAction: string;
  /**
   * Creates the connection, Pending or Approved. @throws ArmError when the target cannot accept it: the target does not
   * exist, is busy or full, or lacks the group.
   */
  put(tx: Transaction, request: ConnectionRequest): Promise<ConnectionGrant>;
  /** The consumer wrote the endpoint again. Resolves with the state that the owner has decided since. */
  update(tx: Transaction, connection: ConnectionKey): Promise<ConnectionGrant>;
  /** The consumer's endpoint is deleted. Does nothing when the connection does not exist. */
  delete(tx: Transaction, connection: ConnectionKey): Promise<void>;
}

/** The provider that private endpoints belong to. */
export interface PrivateLinkConsumer {
  /** The owner approved or rejected the connection, or wrote a new description. */
  connectionChanged(
    tx: Transaction,
    change: { privateEndpointId: string; targetId: string; state: ConnectionStateView },
  ): Promise<void>;
  /** The owner removed the connection, or the resource that it led to. */
  connectionRemoved(tx: Transaction, removal: { privateEndpointId: string; targetId: string }): Promise<void>;
}
