import { isSame, parentIdOf } from "../../../arm/resource-id.ts";
import { networkError } from "../network-errors.ts";
import { zoneLimits } from "../private-dns-zones/private-dns-zone-rules.ts";

/** Links have a resolution policy only if their zone is of private link (documented, and recorded until 2026). */
export const hasResolutionPolicy = (zoneName: string): boolean => zoneName.toLowerCase().startsWith("privatelink.");

/** What the rules read of a link. */
interface LinkFacts {
  readonly id: string;
  readonly document: { readonly zoneName: string; readonly registrationEnabled: boolean };
}

/**
 * Checks a link against the other links of its network and of its zone; either list may have the link itself, as it was.
 * @throws ArmError in Azure's words if users quote them; those about the numbers are ours.
 */
export function checkLink(link: LinkFacts, existing: { toNetwork: LinkFacts[]; ofZone: LinkFacts[] }): void {
  const { zoneName, registrationEnabled } = link.document;
  const isOther = ({ id }: LinkFacts): boolean => !isSame(id, link.id);
  const toNetwork = existing.toNetwork.filter(isOther);
  const twin = toNetwork.find(({ document }) => isSame(document.zoneName, zoneName));
  if (twin !== undefined) throw overlappingZones(zoneName, twin.document.zoneName);
  const registering = toNetwork.find(({ document }) => document.registrationEnabled);
  if (registrationEnabled && registering !== undefined) throw registersElsewhere(parentIdOf(registering.id));
  const ofZone = existing.ofZone.filter(isOther);
  if (ofZone.length >= zoneLimits.links) {
    throw networkError("BadRequest", `The zone '${zoneName}' already has ${zoneLimits.links} virtual network links.`);
  }
  const registrations = ofZone.filter(({ document }) => document.registrationEnabled).length;
  if (!registrationEnabled || registrations < zoneLimits.registrationLinks) return;
  throw networkError(
    "BadRequest",
    `The zone '${zoneName}' already has ${zoneLimits.registrationLinks} virtual network links with registration enabled.`,
  );
}

const overlappingZones = (one: string, other: string): Error =>
  networkError(
    "BadRequest",
    "A virtual network cannot be linked to multiple zones with overlapping namespaces. " +
      `You tried to link virtual network with '${one}' and '${other}' zones.`,
  );

const registersElsewhere = (zoneId: string): Error =>
  networkError(
    "Conflict",
    "A virtual network can only be linked to 1 Private DNS zone(s) with auto-registration enabled; " +
      `conflicting Private DNS zone is '${zoneId}'.`,
  );
