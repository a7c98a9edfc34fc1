import { expect, test } from "vitest";
import {
  emptyData,
  initialSoa,
  recordTypeNames,
  valuesOf,
} from "../../../src/providers/microsoft.network/private-dns/record-data.ts";
import type { RecordData, RecordTypeName } from "../../../src/providers/microsoft.network/private-dns/record-data.ts";

const examples: readonly (readonly [RecordTypeName, RecordData, readonly string[]])[] = [
  ["A", { aRecords: [{ ipv4Address: "10.0.0.4" }, { ipv4Address: "10.0.0.5" }] }, ["10.0.0.4", "10.0.0.5"]],
  ["AAAA", { aaaaRecords: [{ ipv6Address: "fd00::4" }] }, ["fd00::4"]],
  ["CNAME", { cnameRecord: { cname: "other.example" } }, ["other.example"]],
  ["MX", { mxRecords: [{ preference: 10, exchange: "mail.example" }] }, ["10 mail.example"]],
  ["PTR", { ptrRecords: [{ ptrdname: "www.example" }] }, ["www.example"]],
  ["SOA", initialSoa.data, ["azureprivatedns.net azureprivatedns-host.microsoft.com 1 3600 300 2419200 10"]],
  ["SRV", { srvRecords: [{ priority: 1, weight: 2, port: 10_000, target: "www.example" }] }, ["1 2 10000 www.example"]],
  ["TXT", { txtRecords: [{ value: ["one", "two"] }, { value: ["three"] }] }, ["onetwo", "three"]],
];

test.each(examples)("valuesOf returns records of type %s as in a zone file", (type, data, values) => {
  expect(valuesOf(type, data)).toEqual(values);
});

test.each(recordTypeNames)("valuesOf returns nothing for an empty record set of type %s", (type) => {
  expect(valuesOf(type, emptyData(type))).toEqual([]);
});
