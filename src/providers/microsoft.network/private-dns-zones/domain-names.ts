import { networkError } from "../network-errors.ts";
import { isSame } from "../../../arm/resource-id.ts";
import { dnsLimits } from "./dns-limits.ts";

/** The name of the record sets that are for the zone itself. */
export const apex = "@";

/** Zones that Azure keeps for itself, in all its clouds (documented). */
const reservedZones: readonly string[] = [
  "azclient.ms azclient.us azclient.cn",
  "azure.com azure.us azure.cn",
  "cloudapp.net usgovcloudapp.net chinacloudapp.cn",
  "core.windows.net core.usgovcloudapi.net core.chinacloudapi.cn",
  "microsoft.com microsoft.us microsoft.cn",
  "msidentity.com msidentity.us msidentity.cn",
  "trafficmanager.net usgovtrafficmanager.net trafficmanager.cn",
  "windows.net usgovcloudapi.net chinacloudapi.cn",
].flatMap((names) => names.split(" "));

const labelPattern = /^[\w-]+$/;

/** Whether `text` is a domain name; a last dot may be there or not. */
export function isDomainName(text: string): boolean {
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  return name.length <= dnsLimits.nameCharacters && name.split(".").every(isLabel);
}

const isLabel = (label: string): boolean => label.length <= dnsLimits.labelCharacters && labelPattern.test(label);

/**
 * Lets the name of a zone pass. @throws ArmError in the words that users quote; those about a reserved name and too many
 * labels are ours.
 */
export function checkZoneName(name: string): void {
  const { fewest, most } = dnsLimits.zoneLabels;
  if (name.endsWith(".") || !isDomainName(name)) throw invalidDomainName(name);
  const labels = name.split(".").length;
  if (labels < fewest) {
    const rule = "Zone names must have two or more labels.";
    throw networkError("BadRequest", `The zone name '${name}' does not have enough labels. ${rule}`);
  }
  if (labels > most) {
    throw networkError("BadRequest", `The zone name '${name}' has ${labels} labels. Zone names have at most ${most}.`);
  }
  if (reservedZones.some((reserved) => isSame(reserved, name))) {
    throw networkError("BadRequest", `The zone name '${name}' is reserved.`);
  }
}

/** Lets the name of a record set pass: `@`, or labels of which the first may be the wildcard. */
export function checkRecordSetName(name: string, zoneName: string): void {
  if (name === apex) return;
  const plain = name === "*" ? "wildcard" : name.replace(/^\*\./, "wildcard.");
  const isInside = fullName(name, zoneName).length <= dnsLimits.nameCharacters + 1;
  if (plain.endsWith(".") || !isDomainName(plain) || !isInside) throw invalidDomainName(name);
}

/** `www.contoso.com.`: the name of a record set with its zone and the last dot. */
export const fullName = (name: string, zoneName: string): string =>
  name === apex ? `${zoneName}.` : `${name}.${zoneName}.`;

/** A name that none in DNS can be (quoted by users). */
export const invalidDomainName = (name: string): Error =>
  networkError("BadRequest", `The domain name '${name}' is invalid.`);
