import { isIPv4, isIPv6 } from "node:net";
import { repeatedPlaces } from "../../../kernel/repeated.ts";
import { networkError } from "../network-errors.ts";
import { dnsLimits } from "./dns-limits.ts";
import { invalidDomainName, isDomainName } from "./domain-names.ts";
import type { RecordData, RecordTypeName } from "./record-types.ts";

/*
 * The wordings of these refusals are ours, but for that of a domain name.
 */

/** Lets the records of a set pass. @throws ArmError naming the value that cannot be in it. */
export function checkRecords(type: RecordTypeName, data: RecordData): void {
  checks[type](data);
  const [records] = Object.values(data);
  if (!Array.isArray(records)) return;
  const { recordsPerSet } = dnsLimits;
  if (records.length > recordsPerSet) {
    throw refusal(`A record set has at most ${recordsPerSet} records, and this one has ${records.length}.`);
  }
  const texts = records.map((record) => JSON.stringify(record).toLowerCase());
  const [repeated] = repeatedPlaces(texts);
  if (repeated !== undefined) {
    throw refusal(`A record set cannot contain two identical records: ${JSON.stringify(records[repeated])}.`);
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
  const { txtStringCharacters, txtSetCharacters } = dnsLimits;
  const longest = Math.max(0, ...strings.map(({ length }) => length));
  if (longest > txtStringCharacters) {
    throw refusal(`A string of a TXT record has at most ${txtStringCharacters} characters, and one has ${longest}.`);
  }
  const all = strings.reduce((sum, { length }) => sum + length, 0);
  if (all > txtSetCharacters) {
    throw refusal(`The strings of a TXT record set have at most ${txtSetCharacters} characters, and these ${all}.`);
  }
}

const refusal = (message: string): Error => networkError("BadRequest", message);
