import { getServers } from "node:dns";
import type { ClusterNameFacts, DnsSource, NetworkFacts } from "../data-plane/dns/dns-facts.ts";
import { DnsResponder } from "../data-plane/dns/dns-responder.ts";
import { forwardTo } from "../data-plane/dns/forward.ts";
import { readZonesLinkedTo } from "../providers/microsoft.network/private-dns/linked-zones.ts";
import { privateEndpoints } from "../providers/microsoft.network/private-endpoints/private-endpoint.ts";
import type { EndpointDocument } from "../providers/microsoft.network/private-endpoints/private-endpoint.ts";
import { virtualNetworks } from "../providers/microsoft.network/virtual-networks/virtual-network.ts";
import { clusters, privateLinkZone } from "../providers/microsoft.cache/clusters/cluster.ts";
import { connections } from "../providers/microsoft.cache/private-endpoint-connections/connection.ts";
import { findPathAddress } from "../store/data-plane.ts";
import type { Queryable } from "../store/store.ts";
import type { AppContext } from "./context.ts";

/** Reads names from the store for the resolvers, which do not know the documents of providers. */
export const dnsSource = (store: Queryable): DnsSource => ({
  listNetworks: () => virtualNetworks.all(store),
  listClusterNames: () => listClusterNames(store),
  readNetwork: (key) => readNetwork(store, key),
  addressOf: async (pathKey) => (await findPathAddress(store, pathKey))?.address,
  affectsNames: (key) => concerningPattern.test(key),
  isNetwork: (key) => networkPattern.test(key),
});

/** Clusters and their connections; networks, endpoints, zones, and what is in them. */
const concerningPattern =
  /\/providers\/microsoft\.(?:cache\/redisenterprise|network\/(?:virtualnetworks|privateendpoints|privatednszones))\//;

const networkPattern = /\/providers\/microsoft\.network\/virtualnetworks\/[^/]+$/;

async function listClusterNames(store: Queryable): Promise<ClusterNameFacts[]> {
  const [all, allConnections] = await Promise.all([clusters.all(store), connections.all(store)]);
  const connected = new Set(allConnections.map(({ parentKey }) => parentKey));
  return all.map(({ key, document: { name, location, kind, hostName } }) => ({
    pathKey: key,
    hostName,
    privateHostName: `${name}.${location}.${privateLinkZone(kind)}`,
    hasConnection: connected.has(key),
  }));
}

async function readNetwork(store: Queryable, key: string): Promise<NetworkFacts> {
  const endpoints = await privateEndpoints.all(store);
  const isInside = ({ document }: { document: EndpointDocument }): boolean =>
    document.subnetId.toLowerCase().startsWith(`${key}/subnets/`);
  return {
    zones: await readZonesLinkedTo(store, key),
    endpoints: endpoints
      .filter(isInside)
      .map((endpoint) => ({ vnetAddress: endpoint.document.address, pathKey: endpoint.key })),
  };
}

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
