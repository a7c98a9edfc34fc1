import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { freePort, outputOf, startProgram } from "./program.ts";

const group = "/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f/resourceGroups/rg1";
const network = `${group}/providers/Microsoft.Network`;
const vnet = `${network}/virtualNetworks/bench`;

/** Calls Resource Manager over kept connections. Resolves to the body. @throws when the status is 300 or more. */
export type Arm = (
  method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE",
  path: string,
  body?: object,
) => Promise<unknown>;

/** Cuprite as a benchmark has started it. */
export interface BenchServer {
  readonly program: ChildProcess;
  readonly port: number;
  readonly ca: string;
  /** The owner's, for Resource Manager. */
  readonly token: string;
  readonly arm: Arm;
  /** Closes the kept connections of `arm`; the next call makes new ones. */
  readonly hangUp: () => void;
}

/** The part of a path in `GET /cuprite/paths` that benchmarks read. */
export interface ToldPath {
  readonly clusterName: string;
  readonly name: string;
  readonly hostName: string;
  readonly address: string;
  readonly port: number;
  readonly isOpen: boolean;
  readonly takesClients: boolean;
  readonly counters: { readonly connections: number; readonly accepted: number; readonly refused: number };
}

export const clusterId = (name: string): string => `${group}/providers/Microsoft.Cache/redisEnterprise/${name}`;

/** The subnet that `addNetwork` makes. */
export const subnetId = `${vnet}/subnets/default`;

export const endpointId = (name: string): string => `${network}/privateEndpoints/${name}`;

/** What starts Cuprite on a data directory. */
export const startArgs = ({ port, dataDir }: { port: number; dataDir: string }): readonly string[] => [
  "bin/cuprite.js",
  "start",
  `--port=${port}`,
  `--data-dir=${dataDir}`,
  "--log-level=warn",
];

/** Starts Cuprite on a data directory. Resolves once it is ready. `nodeArgs` are for Node itself. */
export async function startServer(options: {
  dataDir: string;
  args?: readonly string[];
  nodeArgs?: readonly string[];
  /** What is different in its environment. */
  env?: NodeJS.ProcessEnv;
  /** Another checkout of Cuprite, to compare with. */
  cwd?: string;
}): Promise<BenchServer> {
  const { dataDir, args = [], nodeArgs = [], env = {}, cwd } = options;
  const port = await freePort();
  const program = startProgram([...nodeArgs, ...startArgs({ port, dataDir }), ...args], { cwd, env });
  await outputOf(program, /Ctrl\+C stops it/);
  const ca = readFileSync(join(dataDir, "ca.pem"), "utf8");
  const [, token = ""] = await outputOf(
    startProgram(["bin/cuprite.js", "token", "--data-dir", dataDir], { cwd }),
    /^(\S+)\n$/,
  );
  const kept = { agent: new Agent({ keepAlive: true, ca }) };
  const hangUp = (): void => {
    kept.agent.destroy();
    kept.agent = new Agent({ keepAlive: true, ca });
  };
  const arm: Arm = (method, path, body) => callArm({ port, token, agent: kept.agent }, { method, path, body });
  return { program, port, ca, token, arm, hangUp };
}

interface Called {
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
}

async function callArm(
  { port, token, agent }: { port: number; token: string; agent: Agent },
  { method, path, body }: Called,
): Promise<unknown> {
  const url = new URL(`https://localhost:${port}${path}`);
  if (!url.searchParams.has("api-version")) url.searchParams.set("api-version", "2025-07-01");
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const content = body === undefined ? undefined : JSON.stringify(body);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request(url, { method, agent, headers }, resolve).once("error", reject).end(content);
  const response = await promise;
  const answer = await text(response);
  if ((response.statusCode ?? 0) >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${answer}`);
  return answer === "" ? undefined : JSON.parse(answer);
}

/** Makes the resource group, if it is not there, and the network whose subnet has room for endpoints. */
export async function addNetwork(arm: Arm): Promise<void> {
  await arm("PUT", group, { location: "eastus" });
  const subnets = [{ name: "default", properties: { addressPrefix: "10.0.0.0/24" } }];
  const addressSpace = { addressPrefixes: ["10.0.0.0/16"] };
  await arm("PUT", vnet, { location: "eastus", properties: { addressSpace, subnets } });
}

/** Creates a cluster and its database. Resolves to its id. */
export async function addCluster(arm: Arm, name: string, database: object = {}): Promise<string> {
  const id = clusterId(name);
  const properties = { publicNetworkAccess: "Enabled" };
  await arm("PUT", id, { location: "eastus", sku: { name: "Balanced_B1" }, properties });
  const settings = { accessKeysAuthentication: "Enabled", clusteringPolicy: "EnterpriseCluster", ...database };
  await arm("PUT", `${id}/databases/default`, { properties: settings });
  return id;
}

/** Asks for a private endpoint to a cluster; its connection has the same name and waits for the owner. */
export async function requestEndpoint(arm: Arm, cluster: string, name: string): Promise<void> {
  const groupIds = ["redisEnterprise"];
  const connection = { name, properties: { privateLinkServiceId: cluster, groupIds, requestMessage: "Please." } };
  const properties = { subnet: { id: subnetId }, manualPrivateLinkServiceConnections: [connection] };
  await arm("PUT", endpointId(name), { location: "eastus", properties });
}

/** The owner's decision on a connection. */
export async function decide(arm: Arm, decision: { cluster: string; name: string; status: string }): Promise<void> {
  const { cluster, name, status } = decision;
  await arm("PUT", `${cluster}/privateEndpointConnections/${name}`, {
    properties: { privateLinkServiceConnectionState: { status, description: status } },
  });
}

/** Every path there is. */
export async function readPaths(arm: Arm): Promise<readonly ToldPath[]> {
  return ((await arm("GET", "/cuprite/paths")) as { paths: readonly ToldPath[] }).paths;
}

/** A path once it has an address, or once it is open. @throws when that takes longer than 30 s. */
export async function findPath(
  arm: Arm,
  { clusterName, name, isOpen = false }: { clusterName: string; name: string; isOpen?: boolean },
): Promise<ToldPath> {
  const deadlineMs = performance.now() + 30_000;
  while (performance.now() < deadlineMs) {
    const found = (await readPaths(arm)).find((path) => path.clusterName === clusterName && path.name === name);
    if (found !== undefined && (found.isOpen || !isOpen)) return found;
    await delay(5);
  }
  throw new Error(`The path '${name}' of '${clusterName}' was not ${isOpen ? "open" : "there"} within 30 s.`);
}

/** The primary and the secondary key of a cluster's database. */
export async function readKeys(arm: Arm, cluster: string): Promise<{ primaryKey: string; secondaryKey: string }> {
  return (await arm("POST", `${cluster}/databases/default/listKeys`)) as { primaryKey: string; secondaryKey: string };
}
