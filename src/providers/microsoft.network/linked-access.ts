import { linkedAuthorizationFailed } from "../../arm/errors.ts";
import type { ArmRequest } from "../../arm/resource-type.ts";
import type { NetworkServices } from "./network-services.ts";

/** An action that a request needs on another resource than the one that it addresses. */
export interface LinkedAccess {
  readonly action: string;
  readonly scope: string;
}

/** Lets a caller pass who may do all of it. @throws ArmError naming every action that they may not do. */
export async function checkLinkedAccess(
  { mayDo }: Pick<NetworkServices, "mayDo">,
  { caller, operation, resourceId }: ArmRequest,
  needed: readonly LinkedAccess[],
): Promise<void> {
  const denied: LinkedAccess[] = [];
  for (const each of needed) if (!(await mayDo({ caller, ...each }))) denied.push(each);
  if (denied.length === 0) return;
  const { name: client, objectId } = caller;
  throw linkedAuthorizationFailed({ client, objectId, action: operation.action, scope: resourceId, linked: denied });
}
