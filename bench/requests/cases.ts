import { addCluster, addNetwork, decide, requestEndpoint, type Arm } from "../support/server.ts";
import type { RequestSpec } from "../support/requests.ts";

/** A request that is measured. */
export interface Case {
  readonly name: string;
  readonly title: string;
  readonly request: RequestSpec & { readonly path: string };
}

const group = "/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f/resourceGroups/rg1";
const demoCluster = `${group}/providers/Microsoft.Cache/redisEnterprise/cache1`;
const listedCluster = `${group}/providers/Microsoft.Cache/redisEnterprise/listed`;
const subnetsNetwork = `${group}/providers/Microsoft.Network/virtualNetworks/plain`;
const cacheVersion = "?api-version=2025-07-01";
const networkVersion = "?api-version=2025-03-01";
const listedConnections = 20;

const subnetBody = (privateEndpointNetworkPolicies: string): string =>
  JSON.stringify({ properties: { addressPrefix: "10.9.0.0/24", privateEndpointNetworkPolicies } });

/** Of the demonstration, and of what `addResources` makes. Every PUT changes something, so that each of them writes. */
export const cases: readonly Case[] = [
  {
    name: "put-connection",
    title: "PUT that approves a connection",
    request: {
      method: "PUT",
      path: `${demoCluster}/privateEndpointConnections/pectest01${cacheVersion}`,
      bodies: [
        JSON.stringify({
          properties: { privateLinkServiceConnectionState: { status: "Approved", description: "Approved, {n}" } },
        }),
      ],
    },
  },
  {
    name: "put-subnet",
    title: "PUT of a subnet",
    request: {
      method: "PUT",
      path: `${subnetsNetwork}/subnets/default${networkVersion}`,
      bodies: [subnetBody("Enabled"), subnetBody("Disabled")],
    },
  },
  {
    name: "get-connection",
    title: "GET of a connection",
    request: { method: "GET", path: `${demoCluster}/privateEndpointConnections/pectest01${cacheVersion}` },
  },
  {
    name: "get-cluster",
    title: "GET of a cluster",
    request: { method: "GET", path: `${demoCluster}${cacheVersion}` },
  },
  {
    name: "list-connections",
    title: `LIST of ${listedConnections} connections`,
    request: { method: "GET", path: `${listedCluster}/privateEndpointConnections${cacheVersion}` },
  },
];

/** Makes what the cases need besides the demonstration. */
export async function addResources(arm: Arm): Promise<void> {
  await addNetwork(arm);
  const cluster = await addCluster(arm, "listed");
  for (let index = 0; index < listedConnections; index += 1) {
    await requestEndpoint(arm, cluster, `pe${index}`);
    await decide(arm, { cluster, name: `pe${index}`, status: "Approved" });
  }
  const subnets = [{ name: "default", properties: { addressPrefix: "10.9.0.0/24" } }];
  const addressSpace = { addressPrefixes: ["10.9.0.0/16"] };
  await arm("PUT", `${subnetsNetwork}${networkVersion}`, { location: "eastus", properties: { addressSpace, subnets } });
}
