import { ArmError } from "../../../arm/arm-error.ts";
import type { ConnectionRequest, PrivateLinkTarget } from "../../../private-link/contract.ts";
import { networkError } from "../network-errors.ts";
import type { PlannedEndpoint } from "./place-endpoint.ts";

/** Calls the target's provider; its refusals become Microsoft.Network's, in Azure's words for that. */
export async function callTarget<Result>(
  { resourceType }: PrivateLinkTarget,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (cause) {
    if (!(cause instanceof ArmError)) throw cause;
    throw networkError(cause.code, `Call to ${resourceType} failed. Error message: ${cause.message}`);
  }
}

/** What a new endpoint asks of its target. */
export const connectionRequest = ({ id, wanted: { connection } }: PlannedEndpoint): ConnectionRequest => ({
  targetId: connection.targetId,
  connectionName: connection.name,
  privateEndpointId: id,
  groupIds: connection.groupIds,
  approval: connection.approval,
  requestMessage: connection.requestMessage ?? "",
});
