import type { ContractServer } from "./contract-server.ts";
import { sendExample } from "./send-example.ts";

/** A published example, and how to come to one of its answers. */
export interface Replay {
  /** The example's file. */
  readonly example: string;
  /** One of the answers that it shows. */
  readonly status: number;
  readonly timing: "instant" | "azure";
  /** What is there before the request. */
  readonly given?: (server: ContractServer) => Promise<void>;
  /** Where the answer is not the published one (JSON pointers, which stand for all below them), and why that is right. */
  readonly differences: Readonly<Record<string, string>>;
}

const clusterCreate = "RedisEnterpriseCreate.json";
const clusterUpdate = "RedisEnterpriseUpdate.json";
const databaseCreate = "RedisEnterpriseDatabasesCreate.json";
const assignmentCreate = "RedisEnterpriseAccessPolicyAssignmentCreateUpdate.json";
const connectionGet = "RedisEnterpriseGetPrivateEndpointConnection.json";
const connectionPut = "RedisEnterprisePutPrivateEndpointConnection.json";
const skus = "RedisEnterpriseListSkusForScaling.json";

async function clusterCreated(server: ContractServer): Promise<void> {
  await sendExample(server, clusterCreate);
  await server.settle(server.idOf("cache1"));
}

async function managedCluster({ send }: ContractServer): Promise<void> {
  await send("PUT", "cache1", {
    location: "eastus",
    sku: { name: "Balanced_B10" },
    properties: { publicNetworkAccess: "Enabled" },
  });
}

async function databaseCreated(server: ContractServer): Promise<void> {
  await clusterCreated(server);
  await sendExample(server, databaseCreate);
  await server.settle(server.idOf("cache1/databases/default"));
}

async function assignmentPossible(server: ContractServer): Promise<void> {
  await managedCluster(server);
  await server.send("PUT", "cache1/databases/default", { properties: {} });
}

async function assignmentCreated(server: ContractServer): Promise<void> {
  await assignmentPossible(server);
  await sendExample(server, assignmentCreate);
}

async function connectionRequested(server: ContractServer): Promise<void> {
  await managedCluster(server);
  await server.requestConnection(server.idOf("cache1"));
}

async function connectionApproved(server: ContractServer): Promise<void> {
  await connectionRequested(server);
  await sendExample(server, connectionPut);
}

const clusterDifferences = {
  "/properties/hostName": "the example's domain is a placeholder",
  "/properties/highAvailability": "recorded; the example lacks it",
  "/properties/redundancyMode": "recorded; the example lacks it",
  "/properties/privateEndpointConnections": "recorded, empty too; the example lacks it",
  "/properties/redisVersion": "recordings do not show it of a cluster",
};
const ownIdentity = {
  "/identity/userAssignedIdentities": "the ids of the identity are Cuprite's own, not the example's zeros",
};
const databaseDifferences = {
  "/name": "recorded as the last segment of the id; the example has the cluster's name before it",
  "/properties/persistence/rdbEnabled": "recorded with every setting of persistence; the example lacks it",
  "/properties/persistence/rdbFrequency": "recorded with every setting of persistence; the example lacks it",
  "/properties/modules/0/version": "the example's version is a placeholder",
  "/properties/modules/1/version": "the example's version is a placeholder",
  "/properties/modules/2/version": "the example's version is a placeholder",
};
const assignmentDifferences = {
  "/id": "the example has another name in the id than in the request",
  "/type": "recorded with databases in it; the example lacks that",
};

/** Every answer that the stored examples show. */
export const replays: readonly Replay[] = [
  { example: clusterCreate, status: 201, timing: "azure", differences: { ...clusterDifferences, ...ownIdentity } },
  {
    example: clusterCreate,
    status: 200,
    timing: "azure",
    given: clusterCreated,
    differences: {
      ...clusterDifferences,
      ...ownIdentity,
      "/properties/encryption": "the example's other answer shows what was asked for; this one lacks it",
    },
  },
  { example: clusterUpdate, status: 202, timing: "azure", given: clusterCreated, differences: {} },
  {
    example: clusterUpdate,
    status: 200,
    timing: "instant",
    given: clusterCreated,
    differences: {
      ...clusterDifferences,
      "/properties/provisioningState": "done before the answer; Azure answers Updating with 202, without a body",
      "/properties/resourceState": "done before the answer; Azure answers Updating with 202, without a body",
      "/properties/encryption": "the cluster that is there has it",
      "/identity": "the cluster that is there has one",
    },
  },
  {
    example: databaseCreate,
    status: 201,
    timing: "azure",
    given: clusterCreated,
    differences: {
      ...databaseDifferences,
      "/id": "the example has another name in the id than in the request",
      "/properties/deferUpgrade": "recorded; the example lacks it",
      "/properties/redisVersion": "recorded; the example lacks it",
    },
  },
  { example: databaseCreate, status: 200, timing: "azure", given: databaseCreated, differences: databaseDifferences },
  {
    example: assignmentCreate,
    status: 201,
    timing: "instant",
    given: assignmentPossible,
    differences: assignmentDifferences,
  },
  {
    example: assignmentCreate,
    status: 200,
    timing: "instant",
    given: assignmentCreated,
    differences: assignmentDifferences,
  },
  { example: connectionPut, status: 201, timing: "instant", given: connectionRequested, differences: {} },
  { example: connectionGet, status: 200, timing: "instant", given: connectionApproved, differences: {} },
  {
    example: skus,
    status: 200,
    timing: "instant",
    given: managedCluster,
    differences: { "/skus": "what a cluster can be scaled to depends on its own SKU, which the example does not tell" },
  },
];
