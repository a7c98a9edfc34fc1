import type { ClusterFacts, ConnectionFacts, DatabaseFacts, FactSource } from "../data-plane/facts.ts";
import { assignments, isInForce } from "../providers/microsoft.cache/access-policy-assignments/assignment.ts";
import { databases } from "../providers/microsoft.cache/databases/database.ts";
import type { DatabaseSettings, StoredDatabase } from "../providers/microsoft.cache/databases/database.ts";
import { clusters, privateLinkZone } from "../providers/microsoft.cache/clusters/cluster.ts";
import { connections } from "../providers/microsoft.cache/private-endpoint-connections/connection.ts";
import type { StoredConnection } from "../providers/microsoft.cache/private-endpoint-connections/connection.ts";
import { findSku, type Sku } from "../providers/microsoft.cache/skus.ts";
import { privateEndpoints } from "../providers/microsoft.network/private-endpoints/private-endpoint.ts";
import type { PerSku, Settings } from "./settings.ts";
import type { Queryable } from "../store/store.ts";

/** The settings that replace what a SKU allows. */
type ChosenLimits = Pick<Settings, "redisConnections" | "redisIdleSeconds">;

/** Reads clusters from the store for the data plane, which does not know the documents of providers. */
export const clusterFactSource = (store: Queryable, chosen: ChosenLimits): FactSource => ({
  listClusterKeys: async () => (await clusters.all(store)).map(({ key }) => key),
  readCluster: (key) => readCluster(store, key, chosen),
  clusterKeyOf: (resourceKey) => clusterKeyPattern.exec(resourceKey)?.[0],
});

const clusterKeyPattern =
  /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/microsoft\.cache\/redisenterprise\/[^/]+/;

const bytesPerGb = 1024 ** 3;

/** Documented: Azure cuts connections that are silent for 10 minutes. */
const azureIdleSeconds = 600;

async function readCluster(store: Queryable, key: string, chosen: ChosenLimits): Promise<ClusterFacts | undefined> {
  const cluster = await clusters.find(store, key);
  if (cluster === undefined) return undefined;
  const { name, location, kind, hostName, publicNetworkAccess, sku } = cluster.document;
  const [connected, [database]] = await Promise.all([connections.children(store, key), databases.children(store, key)]);
  return {
    id: cluster.id,
    key,
    name,
    hostName,
    privateHostName: `${name}.${location}.${privateLinkZone(kind)}`.toLowerCase(),
    publicNetworkAccess: publicNetworkAccess ?? null,
    ...limitsOf(sku.name, chosen),
    connections: await Promise.all(connected.map((connection) => connectionFacts(store, connection))),
    database: database === undefined ? undefined : await databaseFacts(store, database),
  };
}

/** What a SKU allows, except what the settings replace. */
function limitsOf(
  skuName: string,
  { redisConnections, redisIdleSeconds }: ChosenLimits,
): Pick<ClusterFacts, "sizeInBytes" | "maxConnections" | "idleMs"> {
  const { name, sizeInGb, maxConnections } = skuOf(skuName);
  return {
    sizeInBytes: sizeInGb * bytesPerGb,
    maxConnections: chosenFor(redisConnections, name) ?? maxConnections,
    idleMs: (chosenFor(redisIdleSeconds, name) ?? azureIdleSeconds) * 1_000,
  };
}

function skuOf(name: string): Sku {
  const sku = findSku(name);
  if (sku === undefined) throw new Error(`A cluster is stored with the unknown SKU '${name}'.`);
  return sku;
}

async function connectionFacts(store: Queryable, { document }: StoredConnection): Promise<ConnectionFacts> {
  const { name, privateEndpointId, status } = document;
  const endpoint = await privateEndpoints.find(store, privateEndpointId);
  return { name, privateEndpointId, status, vnetAddress: endpoint?.document.address };
}

async function databaseFacts(store: Queryable, database: StoredDatabase): Promise<DatabaseFacts> {
  const { id, key, createdAtMs, document } = database;
  const { persistence, accessKeysAuthentication, keys, provisioningState } = document;
  const listed = await assignments.children(store, key);
  return {
    id,
    key,
    createdAtMs,
    isServing: provisioningState !== "Creating" && provisioningState !== "Deleting",
    failure: document.failure,
    port: document.port,
    clientProtocol: document.clientProtocol,
    clusteringPolicy: document.clusteringPolicy,
    evictionPolicy: evictionPolicies[document.evictionPolicy],
    appendOnly: persistence?.aofEnabled === true ? aofPolicies[persistence.aofFrequency ?? "1s"] : "off",
    snapshotSeconds: persistence?.rdbEnabled === true ? hoursOf(persistence.rdbFrequency ?? "1h") * 3_600 : undefined,
    notifyKeyspaceEvents: document.notifyKeyspaceEvents ?? "",
    accessKeys: accessKeysAuthentication === "Enabled" ? keys : undefined,
    modules: document.modules.map(({ name, args }) => ({ name, args })),
    assignments: listed
      .filter((each) => isInForce(each.document))
      .map((each) => ({ objectId: each.document.objectId.toLowerCase(), accessString: each.document.accessString })),
  };
}

const hoursOf = (frequency: string): number => Number.parseInt(frequency, 10);

const aofPolicies = { "1s": "everysec", always: "always" } as const;

/** Redis's own names (redis.conf: maxmemory-policy). */
const evictionPolicies: Readonly<Record<DatabaseSettings["evictionPolicy"], string>> = {
  AllKeysLFU: "allkeys-lfu",
  AllKeysLRU: "allkeys-lru",
  AllKeysRandom: "allkeys-random",
  VolatileLRU: "volatile-lru",
  VolatileLFU: "volatile-lfu",
  VolatileTTL: "volatile-ttl",
  VolatileRandom: "volatile-random",
  NoEviction: "noeviction",
};

/** The number that was chosen for a SKU; undefined where Azure's applies. */
const chosenFor = ({ all, bySku }: PerSku, sku: string): number | undefined => bySku[sku] ?? all;
