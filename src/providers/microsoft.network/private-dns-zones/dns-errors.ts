import { ArmError } from "../../../arm/arm-error.ts";
import { resourceNotFound } from "../../../arm/errors.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import { networkError } from "../network-errors.ts";
import type { StoredLink, StoredZone } from "./dns-documents.ts";

/** A zone that ARM's own index does not have. */
export const zoneNotFound = ({ path }: ArmRequest): ArmError =>
  resourceNotFound({
    type: "Microsoft.Network/privateDnsZones",
    name: path.names[0] ?? "",
    group: path.resourceGroup ?? "",
  });

/** Likewise a link: ARM tracks those, too. */
export const linkNotFound = ({ path }: ArmRequest): ArmError =>
  resourceNotFound({
    type: `Microsoft.Network/privateDnsZones/${path.names[0] ?? ""}/virtualNetworkLinks`,
    name: path.names[1] ?? "",
    group: path.resourceGroup ?? "",
  });

/** A record set that is not there (wording of the public DNS provider, quoted by users). */
export const recordSetNotFound = ({ path }: ArmRequest): ArmError =>
  networkError(
    "NotFound",
    `The resource record '${path.names[1] ?? ""}' does not exist in resource group '${path.resourceGroup ?? ""}' ` +
      `of subscription '${path.subscriptionId ?? ""}'.`,
  );

/** A zone that has links (recorded 2024): it is ARM that refuses. */
export const zoneHasLinks = (links: readonly StoredLink[]): ArmError => {
  const names = links.map(({ id }) => `'${id.split("/").slice(6).join("/")}'`);
  return new ArmError({
    code: "CannotDeleteResource",
    message:
      "Cannot delete resource while nested resources exist. Some existing nested resource IDs include: " +
      `${names.join(", ")}. Please delete all nested resources before deleting this resource.`,
  });
};

/** Refuses what is asked of a zone or link that is going (wording ours). */
export function refuseWhileDeleting({ id, document }: Pick<StoredZone | StoredLink, "id" | "document">): void {
  if (document.provisioningState !== "Deleting") return;
  throw networkError("Conflict", `The resource '${id}' is being deleted.`);
}
