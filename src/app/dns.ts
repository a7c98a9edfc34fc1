import { getServers } from "node:dns";
import { parentIdOf } from "../arm/resource-id.ts";
import type { ResourceKind } from "../arm/resource-kind.ts";
import type { ClusterNameFacts, DnsSource, EndpointFacts, LinkFacts, NameChange } from "../data-plane/dns/dns-facts.ts";
import type { FactReader } from "../data-plane/dns/followed-facts.ts";
import { DnsResponder } from "../data-plane/dns/dns-responder.ts";
import { forwardTo } from "../data-plane/dns/forward.ts";
import { readZoneRecords } from "../providers/microsoft.network/private-dns/zone-records.ts";
import { privateEndpoints } from "../providers/microsoft.network/private-endpoints/private-endpoint.ts";
import type { EndpointDocument } from "../providers/microsoft.network/private-endpoints/private-endpoint.ts";
import { links } from "../providers/microsoft.network/virtual-network-links/virtual-network-link.ts";
import type { LinkDocument } from "../providers/microsoft.network/virtual-network-links/virtual-network-link.ts";
import { virtualNetworks } from "../providers/microsoft.network/virtual-networks/virtual-network.ts";
import { clusters, privateLinkZone, type StoredCluster } from "../providers/microsoft.cache/clusters/cluster.ts";
import { connections } from "../providers/microsoft.cache/private-endpoint-connections/connection.ts";
import { findPathAddress } from "../store/data-plane.ts";
import type { Queryable, StoredResource } from "../store/store.ts";
import type { AppContext } from "./context.ts";

/** Reads names from the store for the resolvers, which do not know the documents of providers. */
export const dnsSource = (store: Queryable): DnsSource => ({
  listNetworks: () => virtualNetworks.all(store),
  clusterNames: { list: () => listClusterNames(store), read: (key) => readClusterName(store, key) },
  endpoints: readerOf(store, privateEndpoints, endpointFacts),
  links: readerOf(store, links, linkFacts),
  readRecords: (zoneKey) => readZoneRecords(store, zoneKey),
  addressOf: async (pathKey) => (await findPathAddress(store, pathKey))?.address,
  changeOf,
  isNetwork: (key) => networkPattern.test(key),
});

const networkPattern = /\/providers\/microsoft\.network\/virtualnetworks\/[^/]+$/;

/** A cluster, or one of its connections. */
const clusterPattern =
  /^(.+\/providers\/microsoft\.cache\/redisenterprise\/[^/]+)(?:\/privateendpointconnections\/[^/]+)?$/;

const endpointPattern = /\/providers\/microsoft\.network\/privateendpoints\/[^/]+$/;

/** A zone, or something in it: a link, or a record set, whose type has another name. */
const zonePattern = /^(.+\/providers\/microsoft\.network\/privatednszones\/[^/]+)(?:\/([^/]+)\/[^/]+)?$/;

function changeOf(key: string): NameChange | undefined {
  const cluster = clusterPattern.exec(key)?.[1];
  if (cluster !== undefined) return { of: "clusterName", key: cluster };
  if (endpointPattern.test(key)) return { of: "endpoint", key };
  const [, zone, type] = zonePattern.exec(key) ?? [];
  if (zone === undefined) return undefined;
  return type === "virtualnetworklinks" ? { of: "link", key } : { of: "zone", key: zone };
}

/** What reads facts of the resources of a kind; undefined facts are those of no use to resolvers. */
const readerOf = <Document extends object, Facts>(
  store: Queryable,
  kind: ResourceKind<Document>,
  factsOf: (resource: StoredResource<Document>) => Facts | undefined,
): FactReader<Facts> => ({
  async list() {
    const all = new Map<string, Facts>();
    for (const resource of await kind.all(store)) {
      const facts = factsOf(resource);
      if (facts !== undefined) all.set(resource.key, facts);
    }
    return all;
  },
  async read(key) {
    const resource = await kind.find(store, key);
    return resource && factsOf(resource);
  },
});

const endpointFacts = ({ document: { subnetId, address } }: StoredResource<EndpointDocument>): EndpointFacts => ({
  networkKey: parentIdOf(subnetId).toLowerCase(),
  vnetAddress: address,
});

function linkFacts({ parentKey, document }: StoredResource<LinkDocument>): LinkFacts | undefined {
  const { zoneName, resolutionPolicy, virtualNetworkId, isCompleted } = document;
  if (!isCompleted) return undefined;
  return { zoneName, resolutionPolicy, zoneKey: parentKey, networkKey: virtualNetworkId.toLowerCase() };
}

async function listClusterNames(store: Queryable): Promise<Map<string, ClusterNameFacts>> {
  const [all, allConnections] = await Promise.all([clusters.all(store), connections.all(store)]);
  const connected = new Set(allConnections.map(({ parentKey }) => parentKey));
  return new Map(all.map((cluster) => [cluster.key, clusterNameFacts(cluster, connected.has(cluster.key))]));
}

async function readClusterName(store: Queryable, key: string): Promise<ClusterNameFacts | undefined> {
  const cluster = await clusters.find(store, key);
  const [connection] = await connections.children(store, key, { limit: 1, afterKey: "" });
  return cluster && clusterNameFacts(cluster, connection !== undefined);
}

const clusterNameFacts = (
  { key, document: { name, location, kind, hostName } }: StoredCluster,
  hasConnection: boolean,
): ClusterNameFacts => ({
  pathKey: key,
  hostName,
  privateHostName: `${name}.${location}.${privateLinkZone(kind)}`,
  hasConnection,
});

/** Starts the resolvers. @throws one sentence when they cannot have the port of the settings. */
export async function startDns({ settings, store, clock, log }: AppContext): Promise<DnsResponder> {
  const { dataDir: seed, dnsPort: port, dnsAnswers: answers } = settings;
  const forward = settings.dnsForward ? forwardTo(() => getServers().filter(isElsewhere)) : undefined;
  const dns = new DnsResponder({ store, source: dnsSource(store), seed, port, answers, forward, clock, log });
  try {
    await dns.start();
    return dns;
  } catch (cause) {
    await dns.close();
    if (port === 0 || !(cause instanceof Error)) throw cause;
    throw new Error(`Resolvers cannot have port ${port} (${cause.message}): choose another with --dns-port.`, {
      cause,
    });
  }
}

/** A resolver of ours among the system's would forward to itself. */
const isElsewhere = (server: string): boolean => !server.startsWith("127.68.");
