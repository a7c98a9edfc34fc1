import { isSame } from "../../../arm/resource-id.ts";
import { invalidDomainName } from "../private-dns/dns-errors.ts";
import { networkError } from "../network-errors.ts";

/** The documented limits of a zone. */
export const zoneLimits = {
  labels: { fewest: 2, most: 34 },
  recordSets: 25_000,
  links: 1_000,
  registrationLinks: 100,
} as const;

/** The limits of domain names (RFC 1035 §2.3.4); `nameCharacters` does not count the last dot. */
export const domainNameLimits = { labelCharacters: 63, nameCharacters: 253 } as const;

/** Zones that Azure reserves, in all its clouds (documented). */
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

/** Whether `text` is a domain name, with or without a last dot. */
export function isDomainName(text: string): boolean {
  const name = text.endsWith(".") ? text.slice(0, -1) : text;
  return name.length <= domainNameLimits.nameCharacters && name.split(".").every(isLabel);
}

const isLabel = (label: string): boolean =>
  label.length <= domainNameLimits.labelCharacters && labelPattern.test(label);

/**
 * Checks the name of a zone. @throws ArmError in the words that users quote; those about reserved names and too many
 * labels are ours.
 */
export function checkZoneName(name: string): void {
  const { fewest, most } = zoneLimits.labels;
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
