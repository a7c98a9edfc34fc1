import { apiVersions } from "../../src/providers/microsoft.cache/api-versions.ts";
import type { ArmServer } from "./arm-server.ts";
import { cacheVersion } from "./cache-server.ts";
import { requestConnection } from "./connections.ts";
import { testHost } from "./inject.ts";
import { endpointBody, networkVersion, startNetworkServer, vnetBody } from "./network-server.ts";

/** Something that takes a body: a write of a resource, or an action on it. */
export interface Write {
  readonly method: "PUT" | "PATCH" | "POST";
  /** The resource's id. */
  readonly id: string;
  readonly action?: string;
  /** Accepted as it is, unless the action needs something that does not exist. */
  readonly body: object;
}

const subscription = "/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f";
const group = `${subscription}/resourceGroups/rg1`;
const cluster = `${group}/providers/Microsoft.Cache/redisEnterprise/cache1`;
const database = `${cluster}/databases/default`;
const connection = `${cluster}/privateEndpointConnections/pectest01`;
const vnet = `${group}/providers/Microsoft.Network/virtualNetworks/vnet2`;
const subnet = `${vnet}/subnets/default`;
const endpoint = `${group}/providers/Microsoft.Network/privateEndpoints/pe1`;
const role = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const identity = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1";

const clusterBody = {
  location: "eastus",
  sku: { name: "Enterprise_E10", capacity: 2 },
  zones: ["1", "2", "3"],
  tags: { team: "a" },
  identity: { type: "UserAssigned", userAssignedIdentities: { [identity]: {} } },
  properties: {
    minimumTlsVersion: "1.2",
    maintenanceConfiguration: {
      maintenanceWindows: [{ type: "Weekly", duration: "PT5H", startHourUtc: 3, schedule: { dayOfWeek: "Monday" } }],
    },
    publicNetworkAccess: "Enabled",
    encryption: {
      customerManagedKeyEncryption: {
        keyEncryptionKeyIdentity: {
          identityType: "userAssignedIdentity",
          userAssignedIdentityResourceId: identity,
        },
        keyEncryptionKeyUrl: "https://vault1/keys/key1/version1",
      },
    },
  },
};

const databaseBody = {
  properties: {
    clientProtocol: "Encrypted",
    port: 10_000,
    clusteringPolicy: "EnterpriseCluster",
    evictionPolicy: "NoEviction",
    persistence: { aofEnabled: true, rdbEnabled: false, aofFrequency: "1s", rdbFrequency: null },
    modules: [{ name: "RediSearch", args: "" }],
    geoReplication: null,
    deferUpgrade: "NotDeferred",
    accessKeysAuthentication: "Enabled",
  },
};

const connectionBody = {
  properties: {
    privateEndpoint: { id: "/x" },
    privateLinkServiceConnectionState: { status: "Approved", description: "d", actionsRequired: "None" },
  },
};

const assignmentBody = {
  properties: { accessPolicyName: "default", user: { objectId: "6497c918-11ad-41e7-1b0f-7c518a87d0b0" } },
};

const replicationGroup = { groupNickname: "g", linkedDatabases: [{ id: database }] };

const authorization = (path: string): string => `${group}/providers/Microsoft.Authorization/${path}`;

/** The writes that make the resources, parents first. */
const creations: readonly Write[] = [
  { method: "PUT", id: group, body: { location: "westus2", tags: { a: "b" } } },
  { method: "PUT", id: cluster, body: clusterBody },
  { method: "PUT", id: database, body: databaseBody },
  { method: "PUT", id: `${database}/accessPolicyAssignments/a1`, body: assignmentBody },
  { method: "PUT", id: connection, body: connectionBody },
  { method: "PUT", id: vnet, body: { ...vnetBody, tags: { a: "b" } } },
  { method: "PUT", id: subnet, body: { properties: { addressPrefix: "10.0.0.0/24" } } },
  {
    method: "PUT",
    id: endpoint,
    body: endpointBody({ approval: "manual", requestMessage: "m" }, { cluster, subnet }),
  },
  { method: "PUT", id: authorization("locks/lock1"), body: { properties: { level: "CanNotDelete", notes: "n" } } },
  {
    method: "PUT",
    id: authorization("roleAssignments/00000000-0000-4000-8000-0000000000a1"),
    body: {
      properties: {
        roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
        principalId: "6497c918-11ad-41e7-1b0f-7c518a87d0b0",
        principalType: "User",
        description: "d",
      },
    },
  },
  {
    method: "PUT",
    id: authorization("roleDefinitions/00000000-0000-4000-8000-0000000000a2"),
    body: {
      properties: {
        roleName: "r",
        type: "CustomRole",
        description: "d",
        assignableScopes: [group],
        permissions: [{ actions: ["Microsoft.Cache/*/read"], notActions: ["*"], dataActions: [], notDataActions: [] }],
      },
    },
  },
];

/** Every operation that takes a body, of the provider and of what is around it. */
export const everyWrite: readonly Write[] = [
  ...creations,
  { method: "PATCH", id: group, body: { tags: { a: "b" } } },
  { method: "PATCH", id: cluster, body: clusterBody },
  { method: "PATCH", id: database, body: databaseBody },
  { method: "PATCH", id: vnet, body: { tags: { a: "b" } } },
  { method: "POST", id: cluster, action: "listSkusForScaling", body: { a: 1 } },
  { method: "POST", id: database, action: "listKeys", body: { a: 1 } },
  { method: "POST", id: database, action: "regenerateKey", body: { keyType: "Primary" } },
  { method: "POST", id: database, action: "import", body: { sasUris: ["https://account1/a?sig=b"] } },
  { method: "POST", id: database, action: "export", body: { sasUri: "https://account1/a?sig=b" } },
  { method: "POST", id: database, action: "flush", body: { ids: [database] } },
  { method: "POST", id: database, action: "forceUnlink", body: { ids: [database] } },
  {
    method: "POST",
    id: database,
    action: "forceLinkToReplicationGroup",
    body: { ...replicationGroup, geoReplication: replicationGroup },
  },
  { method: "POST", id: database, action: "upgradeDBRedisVersion", body: { a: 1 } },
  { method: "POST", id: `${subscription}/providers/Microsoft.Cache`, action: "register", body: { a: 1 } },
  {
    method: "POST",
    id: group,
    action: "providers/Microsoft.Authorization/checkAccess",
    body: { Subject: { Attributes: { ObjectId: role } }, Actions: [{ Id: "a", IsDataAction: false }] },
  },
];

/** Versions from the oldest to the newest. */
export const someVersions: readonly string[] = [apiVersions[0], "2023-11-01", cacheVersion, apiVersions.at(-1) ?? ""];

/** The version to ask for at a path: any does for what is ARM's own. */
function versionFor(path: string, version: string): string {
  if (path.includes("/redisEnterprise/")) return version;
  if (path.includes("/Microsoft.Network/")) return networkVersion;
  if (path.includes("/locks/")) return "2020-05-01";
  return path.includes("/Microsoft.Authorization/") ? "2022-04-01" : "2024-11-01";
}

/** A server on which every resource exists that `everyWrite` is about. */
export async function startWithEverything(): Promise<ArmServer> {
  return await startWith(creations);
}

/** A server with the cluster `cache1`, its database and an assignment on that. */
export async function startWithDatabase(): Promise<ArmServer> {
  return await startWith(creations.slice(0, 4));
}

async function startWith(writes: readonly Write[]): Promise<ArmServer> {
  const server = await startNetworkServer();
  for (const write of writes) {
    if (write.id === connection) await requestConnection(server, { clusterId: cluster });
    const { status, text } = await sendAs(server, write, JSON.stringify(write.body));
    if (status > 201) throw new Error(`${write.id} was not made: ${text}`);
  }
  return server;
}

/** Sends a write with another body, which may be no JSON and no text. */
export async function sendAs(
  server: ArmServer,
  { method, id, action }: Write,
  body: string | Buffer,
  { version = cacheVersion, contentType = "application/json" } = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const path = action === undefined ? id : `${id}/${action}`;
  const url = `${path}?api-version=${versionFor(path, version)}`;
  const headers = { host: testHost, authorization: "Bearer owner", "content-type": contentType };
  const answer = await server.app.inject({ method, url, headers, payload: body });
  return { status: answer.statusCode, text: answer.body };
}

/** The resource that a write is about, as it reads now. */
export async function readBack(server: ArmServer, { id }: Write): Promise<string> {
  return (await server.request("GET", `${id}?api-version=${versionFor(id, cacheVersion)}`)).text;
}
