import type { Transaction } from "../store/store.ts";
import type { ConnectionStatus } from "./state-machine.ts";

/*
 * What the two sides of a private endpoint say to each other: Azure's hidden `privateEndpointConnectionProxies`
 * contract, as an interface inside the server. Each side writes only its own rows; all calls of one request run in one
 * transaction, so that the sides never disagree.
 */

/** What a consumer asks of the owner's resource. */
export interface ConnectionRequest {
  /** ARM id of the resource that the endpoint leads to. */
  readonly targetId: string;
  /** The connection's name inside the endpoint, which becomes the connection's name on the target. */
  readonly connectionName: string;
  readonly privateEndpointId: string;
  readonly groupIds: readonly string[];
  /** Automatic requests come from someone who may approve them. */
  readonly approval: "automatic" | "manual";
  /** What the owner is told, at most 140 characters; becomes the description of a manual request. */
  readonly requestMessage: string;
}

/** What a connection is found by. */
export type ConnectionKey = Pick<ConnectionRequest, "targetId" | "connectionName">;

/** The state of a connection, as both sides show it. */
export interface ConnectionStateView {
  readonly status: ConnectionStatus;
  readonly description: string;
  readonly actionsRequired: string;
}

/** What an endpoint leads to inside its target, and by which names. */
export interface PrivateLinkMember {
  readonly groupId: string;
  readonly memberName: string;
  /** The public name that clients keep using. */
  readonly fqdn: string;
  /** The private DNS zone that the endpoint's address belongs in, and its name there. */
  readonly zoneName: string;
  readonly recordName: string;
}

/** What the target answers to a connection that it takes. */
export interface ConnectionGrant {
  readonly state: ConnectionStateView;
  readonly member: PrivateLinkMember;
}

/** The provider whose resources private endpoints lead to. */
export interface PrivateLinkTarget {
  /** Namespace and type of those resources, as published. */
  readonly resourceType: string;
  /** What a caller must be allowed on the resource so that an automatic request is taken. */
  readonly approvalAction: string;
  /** @throws ArmError when the target cannot take the connection: unknown, busy, full, or without such a group. */
  validate(tx: Transaction, request: ConnectionRequest): Promise<void>;
  /** Creates the connection, Pending or Approved. */
  put(tx: Transaction, request: ConnectionRequest): Promise<ConnectionGrant>;
  /** The consumer wrote the endpoint again: answers the state that the owner has decided since. */
  update(tx: Transaction, connection: ConnectionKey): Promise<ConnectionGrant>;
  /** The consumer's endpoint is gone; fine when the connection is too. */
  delete(tx: Transaction, connection: ConnectionKey): Promise<void>;
}

/** The provider that private endpoints belong to. */
export interface PrivateLinkConsumer {
  /** The owner decided, or wrote a new description. */
  connectionChanged(
    tx: Transaction,
    change: { privateEndpointId: string; targetId: string; state: ConnectionStateView },
  ): Promise<void>;
  /** The owner removed the connection, or the resource that it led to. */
  connectionRemoved(tx: Transaction, removal: { privateEndpointId: string; targetId: string }): Promise<void>;
}
