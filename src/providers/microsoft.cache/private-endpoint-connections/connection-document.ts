import type { ConnectionStatus } from "../../../private-link/state-machine.ts";

/** What is kept of a private endpoint connection. */
export interface ConnectionDocument {
  readonly name: string;
  readonly privateEndpointId: string;
  readonly groupIds: readonly string[];
  readonly status: ConnectionStatus;
  readonly description: string;
  readonly actionsRequired: string;
  /** `Updating` is not in the published enum, but is what the service answers (recorded 2024). */
  readonly provisioningState: "Succeeded" | "Updating" | "Deleting";
  /** The operation that the provisioning state waits for; a later one takes its place. */
  readonly operationId: string | undefined;
}

export const connectionTypeKey = "microsoft.cache/redisenterprise/privateendpointconnections";

/** Documented: a cluster takes at most this many private links. */
export const maxConnections = 84;
