import type { Queryable } from "../../../store/store.ts";
import { networkError } from "../network-errors.ts";
import { isSame, parentIdOf } from "../../../arm/resource-id.ts";
import type { LinkDocument, StoredLink } from "./dns-documents.ts";
import { dnsLimits } from "./dns-limits.ts";
import { listLinks, listLinksTo } from "./dns-store.ts";

/** Links have a resolution policy only where their zone is of private link (documented, and recorded until 2026). */
export const hasResolutionPolicy = (zoneName: string): boolean => zoneName.toLowerCase().startsWith("privatelink.");

/** A link as it is to be. */
export type PlannedLink = Pick<LinkDocument, "virtualNetworkId" | "registrationEnabled" | "zoneName"> & {
  readonly id: string;
};

/**
 * Lets a link pass that goes with the other links of its network and of its zone. @throws ArmError in Azure's words where
 * users quote them; those about the numbers are ours.
 */
export async function checkLink(from: Queryable, link: PlannedLink): Promise<void> {
  const toNetwork = othersThan(link, await listLinksTo(from, link.virtualNetworkId));
  const twin = toNetwork.find(({ document }) => isSame(document.zoneName, link.zoneName));
  if (twin !== undefined) throw overlappingZones(link.zoneName, twin.document.zoneName);
  const registering = toNetwork.find(({ document }) => document.registrationEnabled);
  if (link.registrationEnabled && registering !== undefined) throw registersElsewhere(registering);
  checkRoom(link, othersThan(link, await listLinks(from, parentIdOf(link.id).toLowerCase())));
}

const othersThan = ({ id }: PlannedLink, links: readonly StoredLink[]): StoredLink[] =>
  links.filter((each) => !isSame(each.id, id));

const overlappingZones = (one: string, other: string): Error =>
  networkError(
    "BadRequest",
    "A virtual network cannot be linked to multiple zones with overlapping namespaces. " +
      `You tried to link virtual network with '${one}' and '${other}' zones.`,
  );

const registersElsewhere = (link: StoredLink): Error =>
  networkError(
    "Conflict",
    "A virtual network can only be linked to 1 Private DNS zone(s) with auto-registration enabled; " +
      `conflicting Private DNS zone is '${parentIdOf(link.id)}'.`,
  );

function checkRoom(link: PlannedLink, others: readonly StoredLink[]): void {
  const { linksPerZone, registrationLinksPerZone } = dnsLimits;
  const registering = others.filter(({ document }) => document.registrationEnabled).length;
  if (others.length >= linksPerZone) {
    throw networkError("BadRequest", `The zone '${link.zoneName}' already has ${linksPerZone} virtual network links.`);
  }
  if (!link.registrationEnabled || registering < registrationLinksPerZone) return;
  throw networkError(
    "BadRequest",
    `The zone '${link.zoneName}' already has ${registrationLinksPerZone} virtual network links with registration enabled.`,
  );
}
