import { apiVersions } from "../../src/providers/microsoft.cache/api-versions.ts";
import { cacheVersion, startCacheServer } from "./cache-server.ts";
import type { CacheServer } from "./cache-server.ts";
import { requestConnection } from "./connections.ts";
import { testHost } from "./inject.ts";

/** Something that takes a body: a write of a resource, or an action on it. */
export interface Write {
  readonly method: "PUT" | "PATCH" | "POST";
  /** The resource's id. */
  readonly id: string;
  readonly action?: string;
  /** Taken as it is, unless the action needs what is not there. */
  readonly body: object;
}

const group = "/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f/resourceGroups/rg1";
const cluster = `${group}/providers/Microsoft.Cache/redisEnterprise/cache1`;
const database = `${cluster}/databases/default`;
const connection = `${cluster}/privateEndpointConnections/pectest01`;
const identity = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id1";

const clusterBody = {
  location: "eastus",
  sku: { name: "Enterprise_E10", capacity: 2 },
  zones: ["1", "2", "3"],
  tags: { team: "a" },
  identity: { type: "UserAssigned", userAssignedIdentities: { [identity]: {} } },
  properties: {
    minimumTlsVersion: "1.2",
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

/** The writes that make the resources, parents first. */
const creations: readonly Write[] = [
  { method: "PUT", id: group, body: { location: "eastus", tags: { a: "b" } } },
  { method: "PUT", id: cluster, body: clusterBody },
  { method: "PUT", id: database, body: databaseBody },
  { method: "PUT", id: `${database}/accessPolicyAssignments/a1`, body: assignmentBody },
  { method: "PUT", id: connection, body: connectionBody },
];

/** Every operation that takes a body, of the provider and of what is around it. */
export const everyWrite: readonly Write[] = [
  ...creations,
  { method: "PATCH", id: group, body: { tags: { a: "b" } } },
  { method: "PATCH", id: cluster, body: clusterBody },
  { method: "PATCH", id: database, body: databaseBody },
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
  {
    method: "POST",
    id: group.replace(/\/resourceGroups.*/, "/providers/Microsoft.Cache"),
    action: "register",
    body: {},
  },
];

/** Versions from the oldest to the newest. */
export const someVersions: readonly string[] = [apiVersions[0], "2023-11-01", cacheVersion, apiVersions.at(-1) ?? ""];

/** Any version does for what is ARM's own. */
const versionFor = (id: string, version: string): string => (id.includes("/redisEnterprise/") ? version : "2024-11-01");

/** A server on which every resource exists that `everyWrite` is about. */
export async function startWithEverything(): Promise<CacheServer> {
  const server = await startCacheServer();
  for (const write of creations) {
    if (write.id === connection) await requestConnection(server, { clusterId: cluster });
    const { status, text } = await sendAs(server, write, JSON.stringify(write.body));
    if (status > 201) throw new Error(`${write.id} was not made: ${text}`);
  }
  return server;
}

/** Sends a write with another body, which may be no JSON and no text. */
export async function sendAs(
  server: CacheServer,
  { method, id, action }: Write,
  body: string | Buffer,
  { version = cacheVersion, contentType = "application/json" } = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const path = action === undefined ? id : `${id}/${action}`;
  const url = `${path}?api-version=${versionFor(id, version)}`;
  const headers = { host: testHost, authorization: "Bearer owner", "content-type": contentType };
  const answer = await server.app.inject({ method, url, headers, payload: body });
  return { status: answer.statusCode, text: answer.body };
}

/** The resource that a write is about, as it reads now. */
export async function readBack(server: CacheServer, { id }: Write): Promise<string> {
  return (await server.request("GET", `${id}?api-version=${versionFor(id, cacheVersion)}`)).text;
}
