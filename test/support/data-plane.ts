import type { ConnectionOptions } from "node:tls";
import { Redis } from "ioredis";
import { readFile } from "node:fs/promises";
import { expect, onTestFinished, vi } from "vitest";
import { armCaller, ownerToken, type ArmCaller } from "./arm-caller.ts";
import { startProgram, type Program } from "./program.ts";

export const testSubscription = "/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f";
export const testGroup = `${testSubscription}/resourceGroups/rg1`;
const network = `${testGroup}/providers/Microsoft.Network`;
const usualNetwork = "vnet1";

/** A path as `GET /cuprite/paths` lists it. */
export interface ToldPath {
  readonly clusterName: string;
  readonly kind: "public" | "private";
  readonly name: string;
  readonly hostName: string;
  readonly address: string;
  readonly port: number;
  readonly isOpen: boolean;
  readonly takesClients: boolean;
  readonly closedBecause?: string;
  readonly counters: { readonly connections: number; readonly accepted: number; readonly refused: number };
}

/** A running program whose databases have a Redis, and what tests do with it. */
export interface DataPlaneProgram {
  readonly program: Program;
  readonly arm: ArmCaller;
  readonly ca: string;
  /** PUTs, and expects success. */
  put(path: string, body: object): Promise<void>;
  /** Creates a cluster and its database. */
  addCluster(name: string, wish?: { cluster?: object; database?: object }): Promise<string>;
  /** Creates a private endpoint to a cluster, in the default network or in another one that exists. */
  requestEndpoint(clusterId: string, name: string, network?: string): Promise<void>;
  /** Creates another virtual network, with the same addresses as the default one. */
  addNetwork(name: string): Promise<void>;
  /** The owner's decision on a connection. */
  decide(clusterId: string, name: string, status: "Approved" | "Rejected"): Promise<void>;
  /** Begins an action on the cluster's database, and resolves with its operation once that has ended. */
  act(clusterId: string, action: string, body: object): Promise<object>;
  paths(): Promise<readonly ToldPath[]>;
  /** Resolves with a path once it is as wanted. */
  path(clusterName: string, name: string, isOpen?: boolean): Promise<ToldPath>;
  keys(clusterId: string): Promise<{ primaryKey: string; secondaryKey: string }>;
  /** A connected ioredis client through a path, by default with the primary key. */
  dial(path: ToldPath, options: DialOptions): Promise<Redis>;
}

/** How a test logs in. */
export interface DialOptions {
  readonly username?: string;
  readonly password: string;
  readonly enableReadyCheck?: boolean;
  readonly tls?: ConnectionOptions;
}

export const clusterId = (name: string): string => `${testGroup}/providers/Microsoft.Cache/redisEnterprise/${name}`;

/** Starts the program on a data directory, with a resource group and a network. */
export async function startDataPlane(
  dataDir: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Promise<DataPlaneProgram> {
  return dataPlaneOf(await startProgram({ dataDir, args: ["--log-level", "error", ...args], env }), dataDir);
}

/** The same for a program that already runs. */
export async function dataPlaneOf(program: Program, dataDir: string): Promise<DataPlaneProgram> {
  const token = await ownerToken(program, dataDir);
  const arm = await armCaller(program, token);
  const ca = await readFile(program.caPemPath, "utf8");
  const put = async (path: string, body: object): Promise<void> => {
    const answer = await arm.call({ method: "PUT", path, body });
    if (answer.status > 201) throw new Error(`PUT ${path}: ${JSON.stringify(answer.body)}`);
  };
  const paths = async (): Promise<readonly ToldPath[]> => {
    const { status, body } = await arm.get("/cuprite/paths");
    expect(status).toBe(200);
    return (body as { paths: ToldPath[] }).paths;
  };
  await put(testGroup, { location: "eastus" });
  const addNetwork = (name: string): Promise<void> => put(`${network}/virtualNetworks/${name}`, vnetBody);
  await addNetwork(usualNetwork);
  return {
    program,
    arm,
    ca,
    put,
    paths,
    async addCluster(name, { cluster = {}, database = {} } = {}) {
      const id = clusterId(name);
      const properties = { publicNetworkAccess: "Enabled", ...cluster };
      await put(id, { location: "eastus", sku: { name: "Balanced_B1" }, properties });
      const settings = { accessKeysAuthentication: "Enabled", clusteringPolicy: "EnterpriseCluster", ...database };
      await put(`${id}/databases/default`, { properties: settings });
      return id;
    },
    addNetwork,
    requestEndpoint: (target, name, virtualNetwork = usualNetwork) =>
      put(`${network}/privateEndpoints/${name}`, endpointBody({ target, name, virtualNetwork })),
    decide: (id, name, status) =>
      put(`${id}/privateEndpointConnections/${name}`, {
        properties: { privateLinkServiceConnectionState: { status, description: status } },
      }),
    act: (id, action, body) => act(arm, `${id}/databases/default/${action}`, body),
    path: (clusterName, name, isOpen = true) =>
      vi.waitFor(
        async () => {
          const all = await paths();
          const found = all.find((path) => path.clusterName === clusterName && path.name === name);
          if (found?.isOpen !== isOpen) throw new Error(`${clusterName} ${name}: ${JSON.stringify(found)}`);
          return found;
        },
        { timeout: 30_000, interval: 50 },
      ),
    async keys(id) {
      const { body } = await arm.call({ method: "POST", path: `${id}/databases/default/listKeys` });
      return body as { primaryKey: string; secondaryKey: string };
    },
    dial: (path, options) => dialPath(path, { tls: { ca, servername: path.hostName }, ...options }),
  };
}

/** A connected ioredis client that does not reconnect, and is closed with the test. */
export async function dialPath({ address, port }: Pick<ToldPath, "address" | "port">, options: DialOptions) {
  const client = new Redis(port, address, { lazyConnect: true, retryStrategy: () => null, ...options });
  client.on("error", () => undefined);
  onTestFinished(() => client.disconnect());
  await client.connect();
  return client;
}

async function act(arm: ArmCaller, path: string, body: object): Promise<object> {
  const { status, headers } = await arm.call({ method: "POST", path, body });
  expect(status).toBe(202);
  return await vi.waitFor(
    async () => {
      const operation = (await arm.get(String(headers["azure-asyncoperation"]))).body as { status: string };
      expect(["Succeeded", "Failed"]).toContain(operation.status);
      return operation;
    },
    { timeout: 30_000, interval: 50 },
  );
}

const vnetBody = {
  location: "eastus",
  properties: {
    addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
    subnets: [{ name: "default", properties: { addressPrefix: "10.0.0.0/24" } }],
  },
};

interface EndpointWish {
  readonly target: string;
  readonly name: string;
  readonly virtualNetwork: string;
}

const endpointBody = ({ target, name, virtualNetwork }: EndpointWish): object => ({
  location: "eastus",
  properties: {
    subnet: { id: `${network}/virtualNetworks/${virtualNetwork}/subnets/default` },
    manualPrivateLinkServiceConnections: [
      { name, properties: { privateLinkServiceId: target, groupIds: ["redisEnterprise"], requestMessage: "Please." } },
    ],
  },
});
