import { unregisteredNamespaces } from "../../../arm/subscription.ts";
import { findResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { approvalForbidden } from "../errors.ts";
import type { ConnectionDocument } from "./connection-document.ts";

/**
 * Approving needs Microsoft.Cache in the subscription of the private endpoint, too (reported by its developers in 2026,
 * with the code alone). @throws ArmError when it is not registered there.
 */
export async function checkApprovable(
  tx: Transaction,
  { name, privateEndpointId }: Pick<ConnectionDocument, "name" | "privateEndpointId">,
): Promise<void> {
  const [, , subscriptionId = ""] = privateEndpointId.split("/");
  const subscription = await findResource(tx, `/subscriptions/${subscriptionId}`);
  if (subscription === undefined || !unregisteredNamespaces(subscription).includes("microsoft.cache")) return;
  throw approvalForbidden(name, subscriptionId);
}
