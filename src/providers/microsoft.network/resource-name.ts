import { networkError } from "./network-errors.ts";

/** How many characters a name may have (documented). */
export const nameLimits = {
  virtualNetwork: 64,
  subnet: 80,
  privateEndpoint: 80,
  privateLinkServiceConnection: 80,
  networkInterface: 80,
  privateDnsZoneGroup: 80,
  privateDnsZoneConfig: 80,
  ipConfiguration: 80,
} as const;

const namePattern = /^[A-Za-z0-9](?:[\w.-]*\w)?$/;

/** Refuses a name that Microsoft.Network does not accept (wording quoted by users). */
export function checkName(name: string, kind: keyof typeof nameLimits): void {
  const limit = nameLimits[kind];
  if (name.length <= limit && namePattern.test(name)) return;
  throw networkError(
    "InvalidResourceName",
    `Resource name ${name} is invalid. The name can be up to ${limit} characters long. It must begin with a word ` +
      "character, and it must end with a word character or with '_'. " +
      "The name may contain word characters or '.', '-', '_'.",
  );
}
