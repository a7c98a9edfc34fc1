import type { Timing } from "../../../src/operations/timing.ts";
import type { Answer } from "../inject.ts";
import { endpointBody, startNetworkServer, type NetworkServer } from "../network-server.ts";

/** Two subscriptions, each of which is a consumer and an owner at once. */
export const sideNames = ["a", "b"] as const;
export type SideName = (typeof sideNames)[number];

/** One more than a /29 has addresses for. The last one's group is that of the cluster, the others' that of the network. */
export const endpointNames = ["pe1", "pe2", "pe3", "pe4"] as const;
export type EndpointName = (typeof endpointNames)[number];
export const subnetSize = 3;

/** What a subscription has; the ids of it all. */
export interface Side {
  readonly subscription: string;
  readonly networkGroup: string;
  readonly ownersGroup: string;
  readonly vnet: string;
  readonly subnet: string;
  readonly zone: string;
  readonly cluster: string;
}

export interface World {
  readonly server: NetworkServer;
  readonly sides: Readonly<Record<SideName, Side>>;
}

export type Approval = "automatic" | "manual";

/** An endpoint, by whose side it is. */
export interface Which {
  readonly side: SideName;
  readonly name: EndpointName;
}

/** Starts a server where both sides have a network, a zone and a cluster. */
export async function startWorld(timing: Timing = { kind: "instant" }): Promise<World> {
  const server = await startNetworkServer({ timing });
  const other = await server.addSubscription("11111111-2222-4333-8444-555555555555");
  const world = { server, sides: { a: sideOf("a", server.subscription), b: sideOf("b", other) } };
  for (const side of sideNames) {
    await putNetworkGroup(world, side);
    await putOwnersGroup(world, side);
    await putCluster(world, side);
  }
  await server.clock.advance(3_600_000);
  return world;
}

function sideOf(name: SideName, subscription: string): Side {
  const networkGroup = `${subscription}/resourceGroups/networks`;
  const ownersGroup = `${subscription}/resourceGroups/owners`;
  const vnet = `${networkGroup}/providers/Microsoft.Network/virtualNetworks/vnet`;
  return {
    subscription,
    networkGroup,
    ownersGroup,
    vnet,
    subnet: `${vnet}/subnets/default`,
    zone: `${networkGroup}/providers/Microsoft.Network/privateDnsZones/privatelink.redis.azure.net`,
    cluster: `${ownersGroup}/providers/Microsoft.Cache/redisEnterprise/cluster-${name}`,
  };
}

export const isInOwnersGroup = ({ name }: Which): boolean => name === "pe4";

/** The id of an endpoint. */
export function endpointId({ sides }: World, which: Which): string {
  const { networkGroup, ownersGroup } = sides[which.side];
  const group = isInOwnersGroup(which) ? ownersGroup : networkGroup;
  return `${group}/providers/Microsoft.Network/privateEndpoints/${which.name}`;
}

/** The name of an endpoint's connection. Two endpoints ask under one name, so only one of them may have its connection. */
export const connectionName = ({ side, name }: Which): string => `${side}-${name === "pe3" ? "pe2" : name}`;

/** The id of an endpoint's connection of a cluster. */
export const connectionId = ({ sides }: World, which: Which, target: SideName): string =>
  `${sides[target].cluster}/privateEndpointConnections/${connectionName(which)}`;

const groups = "api-version=2024-11-01";
const zones = "api-version=2024-06-01";

/** PUTs a subscription's network, its subnet and its zone, in their group. */
export async function putNetworkGroup({ server, sides }: World, side: SideName): Promise<Answer> {
  const { networkGroup, vnet, zone } = sides[side];
  await server.request("PUT", `${networkGroup}?${groups}`, { location: "westus2" });
  await server.request("PUT", `${zone}?${zones}`, { location: "global" });
  return server.call("PUT", vnet, vnetBody([{ name: "default", properties: { addressPrefix: "10.0.0.0/29" } }]));
}

/** PUTs a network without its subnet. */
export const putWithoutSubnet = ({ server, sides }: World, side: SideName): Promise<Answer> =>
  server.call("PUT", sides[side].vnet, vnetBody([]));

const vnetBody = (subnets: readonly object[]) => ({
  location: "westus2",
  properties: { addressSpace: { addressPrefixes: ["10.0.0.0/28"] }, subnets },
});

/** PUTs the group that a subscription's cluster is in. */
export const putOwnersGroup = ({ server, sides }: World, side: SideName): Promise<Answer> =>
  server.request("PUT", `${sides[side].ownersGroup}?${groups}`, { location: "westus2" });

export const deleteGroup = ({ server }: World, group: string): Promise<Answer> =>
  server.request("DELETE", `${group}?${groups}`);

export const putCluster = ({ server, sides }: World, side: SideName): Promise<Answer> =>
  server.callCache("PUT", sides[side].cluster, {
    location: "westus2",
    sku: { name: "Balanced_B1" },
    properties: { publicNetworkAccess: "Disabled" },
  });

export const deleteCluster = ({ server, sides }: World, side: SideName): Promise<Answer> =>
  server.callCache("DELETE", sides[side].cluster);

/** PUTs an endpoint that leads to a side's cluster. */
export function putEndpoint(world: World, which: Which, wish: { target: SideName; approval: Approval }) {
  const { server, sides } = world;
  const usual = { cluster: sides[wish.target].cluster, subnet: sides[which.side].subnet };
  const body = endpointBody({ approval: wish.approval, connection: connectionName(which) }, usual);
  return server.call("PUT", endpointId(world, which), body);
}

export const deleteEndpoint = (world: World, which: Which): Promise<Answer> =>
  world.server.call("DELETE", endpointId(world, which));

const zoneGroupId = (world: World, which: Which) => `${endpointId(world, which)}/privateDnsZoneGroups/default`;

/** Puts an endpoint's name into its side's zone. */
export const putZoneGroup = (world: World, which: Which): Promise<Answer> =>
  world.server.call("PUT", zoneGroupId(world, which), {
    properties: {
      privateDnsZoneConfigs: [{ name: "zone", properties: { privateDnsZoneId: world.sides[which.side].zone } }],
    },
  });

export const deleteZoneGroup = (world: World, which: Which): Promise<Answer> =>
  world.server.call("DELETE", zoneGroupId(world, which));

/** PUTs what the owner of a cluster says of an endpoint's connection. */
export function decide(world: World, which: Which, { target, status }: Decision): Promise<Answer> {
  const privateLinkServiceConnectionState = { status, description: `${status}!` };
  const body = { properties: { privateLinkServiceConnectionState } };
  return world.server.callCache("PUT", connectionId(world, which, target), body);
}

export interface Decision {
  readonly target: SideName;
  readonly status: "Approved" | "Rejected";
}

/** Has the owner of a cluster delete an endpoint's connection. */
export const removeConnection = (world: World, which: Which, target: SideName): Promise<Answer> =>
  world.server.callCache("DELETE", connectionId(world, which, target));
