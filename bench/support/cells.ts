import type { InternalPut } from "../../src/arm/pipeline/internal-put.ts";

/*
 * The resources of a large store, in cells of 1,000: a resource group with one cluster and what belongs to it. All names are
 * known from the number of the cell, so that a benchmark can ask for any resource without listing.
 */

export const cellSize = 1_000;

/** In one cell. A cluster takes at most 84 connections; 20 are what the benchmark of lists has. */
export const perCell = { connections: 20, networks: 20, subnets: 20, zones: 4, records: 110 } as const;

const cellsPerSubscription = 100;

/** The first is the one that Cuprite creates by default. */
export const subscriptionOf = (cell: number): string => {
  const number = Math.floor(cell / cellsPerSubscription);
  return number === 0
    ? "e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f"
    : `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
};

/** The name of a cell's resource group and of its cluster. */
export const cellName = (cell: number): string => `cell${String(cell).padStart(5, "0")}`;

const two = (number: number): string => String(number).padStart(2, "0");

/** The ids of a cell's resources; `index` counts from 0 and is less than the number in `perCell`. */
export function idsOf(cell: number) {
  const group = `/subscriptions/${subscriptionOf(cell)}/resourceGroups/${cellName(cell)}`;
  const network = `${group}/providers/Microsoft.Network`;
  const cluster = `${group}/providers/Microsoft.Cache/redisEnterprise/${cellName(cell)}`;
  const vnet = (index: number): string => `${network}/virtualNetworks/vnet${two(index)}`;
  const zone = (index: number): string => `${network}/privateDnsZones/zone${two(index)}.example`;
  return {
    group,
    cluster,
    database: `${cluster}/databases/default`,
    assignment: `${cluster}/databases/default/accessPolicyAssignments/reader`,
    connection: (index: number): string => `${cluster}/privateEndpointConnections/pe${two(index)}`,
    endpoint: (index: number): string => `${network}/privateEndpoints/pe${two(index)}`,
    vnet,
    subnet: (of: number, index: number): string => `${vnet(of)}/subnets/subnet${two(index)}`,
    zone,
    link: (of: number): string => `${zone(of)}/virtualNetworkLinks/link`,
    record: (of: number, index: number): string => `${zone(of)}/A/host${String(index).padStart(3, "0")}`,
    securityGroup: (index: number): string => `${network}/networkSecurityGroups/nsg${String(index).padStart(3, "0")}`,
  };
}

const cacheVersion = "2025-07-01";
const networkVersion = "2025-03-01";
const dnsVersion = "2024-06-01";
const location = "eastus";

const indices = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The PUTs that make a cell, parents first, without the security groups that fill it up. */
export function cellRequests(cell: number): readonly InternalPut[] {
  const ids = idsOf(cell);
  return [
    { id: ids.group, apiVersion: "2024-11-01", body: { location, tags: { cell: cellName(cell) } } },
    ...cacheRequests(ids),
    ...indices(perCell.networks).map((index) => networkRequest(ids, index)),
    ...indices(perCell.connections).map((index) => endpointRequest(ids, index)),
    ...indices(perCell.connections).map((index) => approvalRequest(ids, index)),
    ...indices(perCell.zones).flatMap((index) => zoneRequests(ids, index)),
  ];
}

/** A PUT of one of the security groups that fill a cell up. */
export const securityGroupRequest = (cell: number, index: number): InternalPut => ({
  id: idsOf(cell).securityGroup(index),
  apiVersion: networkVersion,
  body: { location, tags: { team: "network" } },
});

type Ids = ReturnType<typeof idsOf>;

const cacheRequests = (ids: Ids): readonly InternalPut[] => [
  {
    id: ids.cluster,
    apiVersion: cacheVersion,
    body: { location, sku: { name: "Balanced_B1" }, properties: { publicNetworkAccess: "Enabled" } },
  },
  {
    id: ids.database,
    apiVersion: cacheVersion,
    body: { properties: { accessKeysAuthentication: "Enabled", clusteringPolicy: "EnterpriseCluster" } },
  },
  {
    id: ids.assignment,
    apiVersion: cacheVersion,
    body: {
      properties: { accessPolicyName: "default", user: { objectId: "6497c918-11ad-41e7-8b0f-7c518a87d0b0" } },
    },
  },
];

const networkRequest = (ids: Ids, index: number): InternalPut => ({
  id: ids.vnet(index),
  apiVersion: networkVersion,
  body: {
    location,
    properties: {
      addressSpace: { addressPrefixes: [`10.${index}.0.0/16`] },
      subnets: indices(perCell.subnets).map((each) => ({
        name: `subnet${two(each)}`,
        properties: { addressPrefix: `10.${index}.${each}.0/24` },
      })),
    },
  },
});

const endpointRequest = (ids: Ids, index: number): InternalPut => ({
  id: ids.endpoint(index),
  apiVersion: networkVersion,
  body: {
    location,
    properties: {
      subnet: { id: ids.subnet(0, 0) },
      manualPrivateLinkServiceConnections: [
        {
          name: `pe${two(index)}`,
          properties: {
            privateLinkServiceId: ids.cluster,
            groupIds: ["redisEnterprise"],
            requestMessage: "Please approve.",
          },
        },
      ],
    },
  },
});

const approvalRequest = (ids: Ids, index: number): InternalPut => ({
  id: ids.connection(index),
  apiVersion: cacheVersion,
  body: { properties: { privateLinkServiceConnectionState: { status: "Approved", description: "Approved" } } },
});

const zoneRequests = (ids: Ids, index: number): readonly InternalPut[] => [
  { id: ids.zone(index), apiVersion: dnsVersion, body: { location: "global" } },
  {
    id: ids.link(index),
    apiVersion: dnsVersion,
    body: {
      location: "global",
      properties: { virtualNetwork: { id: ids.vnet(index) }, registrationEnabled: false },
    },
  },
  ...indices(perCell.records).map((each) => ({
    id: ids.record(index, each),
    apiVersion: dnsVersion,
    body: { properties: { ttl: 300, aRecords: [{ ipv4Address: `10.${index}.1.${each + 1}` }] } },
  })),
];
