import { hasFeature } from "../../src/providers/microsoft.cache/api-versions.ts";
import type { ContractServer } from "./contract-server.ts";
import type { Filling } from "./filled-body.ts";

/** One way to write every property of a type; several share a type where not all properties go together. */
export interface Sweep {
  /** Completes "…: $name is taken". */
  readonly name: string;
  /** Below Microsoft.Cache. */
  readonly type: string;
  /** Below a resource group's clusters. */
  readonly path: string;
  /** What the first PUT answers. */
  readonly status: number;
  readonly fits: (version: string) => boolean;
  /** What is there before. */
  readonly given: (server: ContractServer) => Promise<unknown>;
  /** Values that obey the rules which the definitions do not tell. */
  readonly filling: (server: ContractServer) => Filling;
}

const identityId =
  "/subscriptions/s1/resourceGroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1";
const anyVersion = (): boolean => true;
const hasManagedRedis = (version: string): boolean => hasFeature(version, "managedRedis");

const clusterValues = {
  "/location": "East US",
  "/zones/*": "1",
  "/identity/type": "UserAssigned",
  "/identity/userAssignedIdentities": { [identityId]: {} },
  "/properties/minimumTlsVersion": "1.2",
  "/properties/encryption/customerManagedKeyEncryption/keyEncryptionKeyIdentity/identityType": "userAssignedIdentity",
  "/properties/encryption/customerManagedKeyEncryption/keyEncryptionKeyIdentity/userAssignedIdentityResourceId":
    identityId,
  "/properties/encryption/customerManagedKeyEncryption/keyEncryptionKeyUrl":
    "https://vault1.vault.azure.net/keys/key1/0123456789abcdef0123456789abcdef",
  "/properties/maintenanceConfiguration/maintenanceWindows/*/duration": "PT5H",
};

const databaseValues = {
  "/properties/port": 10_000,
  "/properties/clusteringPolicy": "EnterpriseCluster",
  "/properties/evictionPolicy": "NoEviction",
  "/properties/modules/*/name": "RediSearch",
  "/properties/modules/*/args": "",
  "/properties/notifyKeyspaceEvents": "KEA",
  "/properties/geoReplication/groupNickname": "group1",
};

const managedCluster = {
  location: "eastus",
  sku: { name: "Balanced_B10" },
  properties: { publicNetworkAccess: "Enabled" },
};

const clusterIsThere = (server: ContractServer): Promise<unknown> => server.send("PUT", "c1", managedCluster);

async function databaseIsThere(server: ContractServer): Promise<void> {
  await clusterIsThere(server);
  await server.send("PUT", "c1/databases/default", { properties: {} });
}

async function connectionIsThere(server: ContractServer): Promise<void> {
  await clusterIsThere(server);
  await server.requestConnection(server.idOf("c1"));
}

export const sweeps: readonly Sweep[] = [
  {
    name: "an Enterprise cluster",
    type: "redisEnterprise",
    path: "c1",
    status: 201,
    fits: anyVersion,
    given: () => Promise.resolve(),
    filling: () => ({
      values: { ...clusterValues, "/sku/name": "Enterprise_E10", "/sku/capacity": 2 },
      without: [],
    }),
  },
  {
    name: "a Managed Redis cluster",
    type: "redisEnterprise",
    path: "c1",
    status: 201,
    fits: hasManagedRedis,
    given: () => Promise.resolve(),
    filling: () => ({
      values: { ...clusterValues, "/sku/name": "Balanced_B10" },
      without: ["/sku/capacity", "/zones"],
    }),
  },
  {
    name: "a database with persistence",
    type: "redisEnterprise/databases",
    path: "c1/databases/default",
    status: 201,
    fits: anyVersion,
    given: clusterIsThere,
    filling: () => ({
      values: { ...databaseValues, "/properties/persistence/rdbEnabled": false },
      without: ["/properties/geoReplication"],
    }),
  },
  {
    name: "a database with geo-replication",
    type: "redisEnterprise/databases",
    path: "c1/databases/default",
    status: 201,
    fits: (version) => hasFeature(version, "geoReplication"),
    given: clusterIsThere,
    filling: (server) => ({
      values: {
        ...databaseValues,
        "/properties/geoReplication/linkedDatabases/*/id": `${server.idOf("c1")}/databases/default`,
      },
      without: ["/properties/persistence"],
    }),
  },
  {
    name: "an access policy assignment",
    type: "redisEnterprise/databases/accessPolicyAssignments",
    path: "c1/databases/default/accessPolicyAssignments/assignment1",
    status: 201,
    fits: hasManagedRedis,
    given: databaseIsThere,
    filling: () => ({
      values: {
        "/properties/accessPolicyName": "default",
        "/properties/accessString": "+@read ~*",
        "/properties/user/objectId": "6497c918-11ad-41e7-1b0f-7c518a87d0b0",
      },
      without: [],
    }),
  },
  {
    name: "a private endpoint connection",
    type: "redisEnterprise/privateEndpointConnections",
    path: "c1/privateEndpointConnections/pectest01",
    status: 201,
    fits: anyVersion,
    given: connectionIsThere,
    filling: () => ({
      values: { "/properties/privateLinkServiceConnectionState/status": "Approved" },
      without: [],
    }),
  },
];
