import { decode, encode, type DecodedPacket, type Packet, type Question } from "dns-packet";
import type { ClusterNameFacts, DnsSource, RecordSetFacts, ZoneFacts } from "../../src/data-plane/dns/dns-facts.ts";
import type { AnswerContext } from "../../src/data-plane/dns/answer-query.ts";
import { privateZone, publicZones } from "../../src/data-plane/dns/dns-zone.ts";
import type { DnsView } from "../../src/data-plane/dns/dns-views.ts";
import { createLog } from "../../src/kernel/log.ts";

/** The default cluster's names, and where its paths are. */
export const names = {
  host: "cache1.eastus.redis.azure.net",
  alias: "cache1.eastus.privatelink.redis.azure.net",
  zone: "privatelink.redis.azure.net",
  publicAddress: "127.67.0.1",
  privateAddress: "127.67.0.2",
  vnetAddress: "10.0.0.4",
} as const;

export const clusterPath = "the cluster";
export const endpointPath = "the endpoint";

/** The default cluster, which has a private endpoint connection. */
export const cluster: ClusterNameFacts = {
  pathKey: clusterPath,
  hostName: names.host,
  privateHostName: names.alias,
  hasConnection: true,
};

/** The record of an approved private endpoint in the right zone. */
export const endpointRecord: RecordSetFacts = {
  name: "cache1.eastus",
  type: "A",
  ttl: 10,
  values: [names.vnetAddress],
};

const soa: RecordSetFacts = {
  name: "@",
  type: "SOA",
  ttl: 3600,
  values: ["azureprivatedns.net azureprivatedns-host.microsoft.com 1 3600 300 2419200 10"],
};

/** A zone with its start of authority. */
export const zone = (
  zoneName: string,
  records: readonly RecordSetFacts[] = [],
  resolutionPolicy: ZoneFacts["resolutionPolicy"] = "Default",
): ZoneFacts => ({ zoneName, resolutionPolicy, records: [soa, ...records] });

/** What names mean in a virtual network: the zones that are linked to it, and its private endpoints. */
export interface NetworkFacts {
  readonly zones: readonly ZoneFacts[];
  readonly endpoints: readonly { readonly vnetAddress: string; readonly pathKey: string }[];
}

/** The network of the default private endpoint. */
export const networkWith = (...zones: readonly ZoneFacts[]): NetworkFacts => ({
  zones,
  endpoints: [{ vnetAddress: names.vnetAddress, pathKey: endpointPath }],
});

/** The view of such a network. */
export const viewOf = (
  { zones }: NetworkFacts = networkWith(),
  clusters: readonly ClusterNameFacts[] = [cluster],
): DnsView => ({
  publicZones: publicZones(clusters),
  privateZones: zones.map((each) => privateZone(each, new Map([[names.vnetAddress, endpointPath]]))),
});

const addresses = new Map([
  [clusterPath, names.publicAddress],
  [endpointPath, names.privateAddress],
]);

export const addressOf: DnsSource["addressOf"] = async (pathKey) => addresses.get(pathKey);

/** What answers are made of, by default for a network with the right zone. */
export const answering = (changes: Partial<Omit<AnswerContext, "view">> & { view?: DnsView } = {}): AnswerContext => {
  const { view = viewOf(networkWith(zone(names.zone, [endpointRecord]))), ...rest } = changes;
  return {
    addressOf,
    answers: "dialable",
    forward: undefined,
    log: createLog("silent"),
    ...rest,
    view: async () => view,
  };
};

/** The bytes of a query. */
export const queryFor = (
  question: Partial<Omit<Question, "type">> & { type?: string } = {},
  packet: Partial<Packet> = {},
): Buffer =>
  encode({
    type: "query",
    id: 4711,
    flags: 0x0100,
    questions: [{ name: names.host, type: "A", class: "IN", ...question } as Question],
    ...packet,
  });

/** The parts of an answer that tests compare. */
export function readAnswer(message: Buffer | undefined) {
  if (message === undefined) throw new Error("There is no answer.");
  // The codec's types lack the code.
  return decode(message) as DecodedPacket & { readonly rcode: string };
}
