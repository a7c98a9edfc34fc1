import { expect, test } from "vitest";
import type { RecordSetFacts } from "../../../../src/data-plane/dns/dns-facts.ts";
import { resolve, type DnsQuestion, type DnsView } from "../../../../src/data-plane/dns/dns-views.ts";
import {
  cluster,
  clusterPath,
  endpointPath,
  endpointRecord,
  names,
  networkWith,
  viewOf,
  zone,
} from "../../../support/dns-names.ts";

/** The outcome and the records in short: `A 10.0.0.4`, or `A -> path` where only the path has the address. */
function told(view: DnsView, name: string, type: DnsQuestion["type"] = "A") {
  const { outcome, answers, authority } = resolve(view, { name, type });
  const records = answers.map((each) => `${each.type} ${each.value === "" ? `-> ${each.pathKey}` : each.value}`);
  return [outcome, ...records, ...(authority === undefined ? [] : [`SOA of ${authority.name}`])];
}

const publicly = ["found", `CNAME ${names.alias}`, `A -> ${clusterPath}`];
const privately = ["found", `CNAME ${names.alias}`, `A ${names.vnetAddress}`];
const nowhere = ["nameError", `CNAME ${names.alias}`, `SOA of ${names.zone}`];

// The record is there while the connection is Approved, and only in the zone that has the service's own name.
const approved = [endpointRecord];
const others: RecordSetFacts[] = [];
const wrongZone = "privatelink.redis.cache.windows.net";

test.for([
  { zones: "the right zone", state: "Pending", network: networkWith(zone(names.zone, others)), expected: nowhere },
  { zones: "the right zone", state: "Approved", network: networkWith(zone(names.zone, approved)), expected: privately },
  { zones: "the right zone", state: "Rejected", network: networkWith(zone(names.zone, others)), expected: nowhere },
  { zones: "a wrong zone", state: "Pending", network: networkWith(zone(wrongZone)), expected: publicly },
  { zones: "a wrong zone", state: "Approved", network: networkWith(zone(wrongZone)), expected: publicly },
  { zones: "a wrong zone", state: "Rejected", network: networkWith(zone(wrongZone)), expected: publicly },
  { zones: "no zone that is linked", state: "Pending", network: networkWith(), expected: publicly },
  { zones: "no zone that is linked", state: "Approved", network: networkWith(), expected: publicly },
  { zones: "no zone that is linked", state: "Rejected", network: networkWith(), expected: publicly },
])("a network with $zones and a connection that is $state", ({ network, expected }) => {
  expect(told(viewOf(network), names.host)).toEqual(expected);
});

test("a cluster without a private endpoint has no alias and no private name", () => {
  const view = viewOf(networkWith(zone(names.zone)), [{ ...cluster, hasConnection: false }]);
  const inPublic = viewOf(networkWith(), [{ ...cluster, hasConnection: false }]);
  expect(told(view, names.host)).toEqual(["found", `A -> ${clusterPath}`]);
  expect(told(inPublic, names.alias)).toEqual(["nameError", "SOA of redis.azure.net"]);
});

test("clusters of the older product have names in that product's zone", () => {
  const older = {
    ...cluster,
    hostName: "old.eastus.redisenterprise.cache.azure.net",
    privateHostName: "old.eastus.privatelink.redisenterprise.cache.azure.net",
  };
  expect(told(viewOf(networkWith(), [older]), older.hostName)).toEqual([
    "found",
    `CNAME ${older.privateHostName}`,
    `A -> ${clusterPath}`,
  ]);
});

test("a name is found in any case, and its answer has the case of the question", () => {
  const name = "CACHE1.EastUS.redis.azure.NET";
  expect(resolve(viewOf(), { name, type: "A" }).answers[0]).toMatchObject({ name, type: "CNAME" });
});

test("a zone that redirects missing names lets the public address be found", () => {
  expect(told(viewOf(networkWith(zone(names.zone, [], "NxDomainRedirect"))), names.host)).toEqual(publicly);
});

test("a zone that redirects still answers for the types that a name does not have", () => {
  const view = viewOf(networkWith(zone(names.zone, approved, "NxDomainRedirect")));
  expect(told(view, names.host, "AAAA")).toEqual(["noData", `CNAME ${names.alias}`, `SOA of ${names.zone}`]);
});

test("a zone that redirects says that there is no such name where public DNS has none either", () => {
  const view = viewOf(networkWith(zone("contoso.com", [], "NxDomainRedirect")));
  expect(told(view, "www.contoso.com")).toEqual(["nameError", "SOA of contoso.com"]);
});

test("the linked zone with the longest name answers, whatever the order", () => {
  const inner = zone("eastus.privatelink.redis.azure.net", [
    { ...endpointRecord, name: "cache1", values: ["10.9.9.9"] },
  ]);
  const outer = zone(names.zone, approved);
  for (const zones of [
    [inner, outer],
    [outer, inner],
  ]) {
    expect(told(viewOf(networkWith(...zones)), names.alias)).toEqual(["found", "A 10.9.9.9"]);
  }
});

test("a private zone with a public zone's name hides that zone", () => {
  const view = viewOf(networkWith(zone("redis.azure.net", [{ ...endpointRecord, name: "cache1.eastus" }])));
  expect(told(view, names.host)).toEqual(["found", `A ${names.vnetAddress}`]);
  expect(told(view, "cache2.eastus.redis.azure.net")).toEqual(["nameError", "SOA of redis.azure.net"]);
});

test("a name above others exists and has no records", () => {
  expect(told(viewOf(), "eastus.redis.azure.net")).toEqual(["noData", "SOA of redis.azure.net"]);
  expect(told(viewOf(), "westus.redis.azure.net")).toEqual(["nameError", "SOA of redis.azure.net"]);
  expect(told(viewOf(), "xredis.azure.net")).toEqual(["outside"]);
});

test("a negative answer may be kept no longer than the zone's SOA says", () => {
  const view = viewOf(networkWith(zone(names.zone)));
  expect(resolve(view, { name: names.alias, type: "A" }).authority).toMatchObject({ type: "SOA", ttl: 10 });
});

test("a record leads to the path of an endpoint only in the network that the endpoint is in", () => {
  const [record] = resolve(viewOf(networkWith(zone(names.zone, approved))), { name: names.alias, type: "A" }).answers;
  expect(record?.pathKey).toBe(endpointPath);
  const elsewhere = zone("contoso.com", [{ ...endpointRecord, values: ["10.0.0.5"] }]);
  const [other] = resolve(viewOf(networkWith(elsewhere)), { name: "cache1.eastus.contoso.com", type: "A" }).answers;
  expect(other?.pathKey).toBeUndefined();
});

test("every type of record can be asked for, and ANY returns all of them", () => {
  const records: RecordSetFacts[] = [
    { name: "www", type: "AAAA", ttl: 60, values: ["fd00::1"] },
    { name: "www", type: "MX", ttl: 60, values: ["10 mail.contoso.com"] },
    { name: "www", type: "TXT", ttl: 60, values: ["hello", "world"] },
  ];
  const view = viewOf(networkWith(zone("contoso.com", records)));
  expect(told(view, "www.contoso.com", "TXT")).toEqual(["found", "TXT hello", "TXT world"]);
  expect(told(view, "www.contoso.com", "ANY")).toEqual([
    "found",
    "AAAA fd00::1",
    "MX 10 mail.contoso.com",
    "TXT hello",
    "TXT world",
  ]);
  expect(told(view, "www.contoso.com", undefined)).toEqual(["noData", "SOA of contoso.com"]);
});

test("a wildcard matches names that do not exist, but none below existing names", () => {
  const records: RecordSetFacts[] = [
    { name: "*", type: "A", ttl: 60, values: ["10.0.0.9"] },
    { name: "a.b", type: "A", ttl: 60, values: ["10.0.0.8"] },
  ];
  const view = viewOf(networkWith(zone("contoso.com", records)));
  expect(told(view, "x.contoso.com")).toEqual(["found", "A 10.0.0.9"]);
  expect(told(view, "x.y.contoso.com")).toEqual(["found", "A 10.0.0.9"]);
  expect(told(view, "a.b.contoso.com")).toEqual(["found", "A 10.0.0.8"]);
  expect(told(view, "b.contoso.com")).toEqual(["noData", "SOA of contoso.com"]);
  expect(told(view, "x.b.contoso.com")).toEqual(["nameError", "SOA of contoso.com"]);
});

test("aliases are followed from zone to zone, and not out of the zones", () => {
  const view = viewOf(
    networkWith(
      zone("contoso.com", [
        { name: "redis", type: "CNAME", ttl: 60, values: [`${names.host}.`] },
        { name: "away", type: "CNAME", ttl: 60, values: ["example.org"] },
      ]),
      zone(names.zone, approved),
    ),
  );
  expect(told(view, "redis.contoso.com")).toEqual([
    "found",
    `CNAME ${names.host}.`,
    `CNAME ${names.alias}`,
    `A ${names.vnetAddress}`,
  ]);
  expect(told(view, "redis.contoso.com", "CNAME")).toEqual(["found", `CNAME ${names.host}.`]);
  expect(told(view, "away.contoso.com")).toEqual(["found", "CNAME example.org"]);
});

test("aliases that form a circle end the search", () => {
  const view = viewOf(
    networkWith(
      zone("contoso.com", [
        { name: "a", type: "CNAME", ttl: 60, values: ["b.contoso.com"] },
        { name: "b", type: "CNAME", ttl: 60, values: ["a.contoso.com"] },
      ]),
    ),
  );
  expect(told(view, "a.contoso.com")).toEqual(["endless"]);
});
