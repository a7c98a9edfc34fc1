import { ArmError } from "../../../arm/arm-error.ts";
import type { Settling } from "../../../arm/lifecycle.ts";
import { resourceNotFound } from "../../../arm/errors.ts";
import type { ArmRequest } from "../../../arm/resource-type.ts";
import type { StoredResource } from "../../../store/store.ts";
import { networkError } from "../network-errors.ts";

/** A zone that does not exist; Resource Manager keeps an index of zones and refuses by itself. */
export const zoneNotFound = ({ name, group }: ArmRequest): ArmError =>
  resourceNotFound({ type: "Microsoft.Network/privateDnsZones", name, group });

/** A link that does not exist: Resource Manager has an index of links, too. */
export const linkNotFound = ({ path, name, group }: ArmRequest): ArmError =>
  resourceNotFound({
    type: `Microsoft.Network/privateDnsZones/${path.names[0] ?? ""}/virtualNetworkLinks`,
    name,
    group,
  });

/** A record set that does not exist (wording of the public DNS provider, quoted by users). */
export const recordSetNotFound = ({ path, name, group }: ArmRequest): ArmError =>
  networkError(
    "NotFound",
    `The resource record '${name}' does not exist in resource group '${group}' ` +
      `of subscription '${path.subscriptionId ?? ""}'.`,
  );

/** An operation that does not exist, or is on a zone of another resource group. */
export const dnsOperationNotFound = (id: string): ArmError =>
  networkError("OperationNotFound", `The operation '${id}' could not be found in this resource group.`);

/** The deletion of a zone that has links (recorded 2024): Resource Manager refuses it. */
export const zoneHasLinks = (links: readonly Pick<StoredResource, "id">[]): ArmError => {
  const names = links.map(({ id }) => `'${id.split("/").slice(6).join("/")}'`);
  return new ArmError({
    code: "CannotDeleteResource",
    message:
      "Cannot delete resource while nested resources exist. Some existing nested resource IDs include: " +
      `${names.join(", ")}. Please delete all nested resources before deleting this resource.`,
  });
};

/** Refuses a write to a zone or link that is being deleted (wording ours). */
export function refuseWhileDeleting({ id, document }: { id: string; document: Settling }): void {
  if (document.provisioningState !== "Deleting") return;
  throw networkError("Conflict", `The resource '${id}' is being deleted.`);
}

/** A condition of a write that is not satisfied (wording of the public DNS provider, recorded 2015). */
export const conditionNotSatisfied = (header: string, condition: string, etag: string | undefined): ArmError =>
  networkError(
    "PreconditionFailed",
    `The condition '${condition}' in the ${header} header was not satisfied. The current was '${etag ?? "n/a"}'.`,
  );

/** A name that is not valid in DNS (quoted by users). */
export const invalidDomainName = (name: string): ArmError =>
  networkError("BadRequest", `The domain name '${name}' is invalid.`);
