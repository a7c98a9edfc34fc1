import { isIPv4, isIPv6 } from "node:net";
import { isSame } from "../../../arm/resource-id.ts";
import { repeatedPlaces } from "../../../kernel/text.ts";
import { networkError } from "../network-errors.ts";
import { invalidDomainName } from "../private-dns/dns-errors.ts";
import { domainNameLimits, isDomainName, zoneLimits } from "../private-dns-zones/private-dns-zone-rules.ts";
import { recordsOf, type RecordData, type RecordTypeName } from "../private-dns/record-data.ts";

/*
 * The sentences about domain names and aliases are those of the public DNS provider, quoted by users; the others are ours.
 */

/** The documented limits of a record set; that of a string is also RFC 1035 §3.3. */
const recordSetLimits = { records: 20, txtStringCharacters: 255, txtCharacters: 1_024 } as const;

/** The name of the record sets of the zone itself. */
export const apex = "@";

/** The name of a record set with its zone and the last dot: `www.contoso.com.`. */
export const fullName = (name: string, zoneName: string): string =>
  name === apex ? `${zoneName}.` : `${name}.${zoneName}.`;

/** Checks the name of a record set: `@`, or labels of which the first may be the wildcard. */
export function checkRecordSetName(name: string, zoneName: string): void {
  if (name === apex) return;
  const plain = name === "*" ? "wildcard" : name.replace(/^\*\./, "wildcard.");
  const fits = fullName(name, zoneName).length <= domainNameLimits.nameCharacters + 1;
  if (plain.endsWith(".") || !isDomainName(plain) || !fits) throw invalidDomainName(name);
}

/**
 * Checks that a record set can be created beside `siblings`, the other sets of its zone. @throws ArmError if its name is
 * not for its type or is in use by an alias, or if the zone is full.
 */
export function checkCreatable(
  { type, name }: { type: RecordTypeName; name: string },
  zone: { readonly name: string },
  siblings: readonly { readonly name: string; readonly recordType: RecordTypeName }[],
): void {
  if (type === "SOA") {
    throw refusal(`A zone has one SOA record set, which is called '${apex}': '${name}' is not.`);
  }
  if (type === "CNAME" && name === apex) throw refusal("A CNAME record set cannot be created at the zone apex.");
  const sameName = siblings.filter((sibling) => isSame(sibling.name, name));
  const isAlias = sameName.some(({ recordType }) => recordType === "CNAME");
  // No other set has the name of an alias (RFC 1034 §3.6.2).
  if (isAlias || (type === "CNAME" && sameName.length > 0)) {
    const other = isAlias ? "a CNAME" : "another";
    throw networkError(
      "Conflict",
      `The ${type} record could not be created because ${other} record with the same name already exists in this zone.`,
    );
  }
  if (siblings.length >= zoneLimits.recordSets) {
    throw refusal(`The zone '${zone.name}' already has ${zoneLimits.recordSets} record sets.`);
  }
}

/** Checks the records of a set. @throws ArmError that names the value that cannot be in it. */
export function checkRecords(type: RecordTypeName, data: RecordData): void {
  checks[type](data);
  const records = recordsOf(type, data);
  if (records.length > recordSetLimits.records) {
    throw refusal(`A record set has at most ${recordSetLimits.records} records, and this one has ${records.length}.`);
  }
  const texts = records.map((record) => JSON.stringify(record));
  const [repeated] = repeatedPlaces(texts.map((text) => text.toLowerCase()));
  if (repeated !== undefined) {
    throw refusal(`A record set cannot contain two identical records: ${texts[repeated]}.`);
  }
}

const checks: Readonly<Record<RecordTypeName, (data: RecordData) => void>> = {
  A: ({ aRecords = [] }) => aRecords.forEach(checkIpv4),
  AAAA: ({ aaaaRecords = [] }) => aaaaRecords.forEach(checkIpv6),
  CNAME: ({ cnameRecord }) => checkDomainNames(cnameRecord === undefined ? [] : [cnameRecord.cname]),
  MX: ({ mxRecords = [] }) => checkDomainNames(mxRecords.map(({ exchange }) => exchange)),
  PTR: ({ ptrRecords = [] }) => checkDomainNames(ptrRecords.map(({ ptrdname }) => ptrdname)),
  SOA: ({ soaRecord }) => checkDomainNames(soaRecord === undefined ? [] : [soaRecord.email]),
  SRV: ({ srvRecords = [] }) => checkDomainNames(srvRecords.map(({ target }) => target)),
  TXT: ({ txtRecords = [] }) => checkStrings(txtRecords.flatMap(({ value }) => value)),
};

function checkIpv4({ ipv4Address }: { ipv4Address: string }, index: number): void {
  if (isIPv4(ipv4Address)) return;
  const at = `properties.aRecords[${index}].ipv4Address`;
  throw refusal(`The value '${ipv4Address}' of property '${at}' is not an IPv4 address.`);
}

function checkIpv6({ ipv6Address }: { ipv6Address: string }, index: number): void {
  if (isIPv6(ipv6Address) && !ipv6Address.includes("%")) return;
  const at = `properties.aaaaRecords[${index}].ipv6Address`;
  throw refusal(`The value '${ipv6Address}' of property '${at}' is not an IPv6 address.`);
}

function checkDomainNames(names: readonly string[]): void {
  const wrong = names.find((name) => !isDomainName(name));
  if (wrong !== undefined) throw invalidDomainName(wrong);
}

function checkStrings(strings: readonly string[]): void {
  const { txtStringCharacters, txtCharacters } = recordSetLimits;
  const longest = Math.max(0, ...strings.map(({ length }) => length));
  if (longest > txtStringCharacters) {
    throw refusal(`A string of a TXT record has at most ${txtStringCharacters} characters, and one has ${longest}.`);
  }
  const all = strings.reduce((sum, { length }) => sum + length, 0);
  if (all > txtCharacters) {
    throw refusal(`The strings of a TXT record set have at most ${txtCharacters} characters, and these ${all}.`);
  }
}

const refusal = (message: string): Error => networkError("BadRequest", message);
