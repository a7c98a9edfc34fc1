import type { Timing } from "../../src/operations/timing.ts";
import { clusters, type ClusterDocument } from "../../src/providers/microsoft.cache/clusters/cluster.ts";
import type { DatabaseDataPlane } from "../../src/providers/microsoft.cache/data-plane.ts";
import { microsoftCache } from "../../src/providers/microsoft.cache/provider.ts";
import { startArmServer, type ArmServer } from "./arm-server.ts";
import type { Answer } from "./inject.ts";

export const latestVersion = "2025-07-01";

export interface DatabaseServer extends ArmServer {
  /** The id of the cluster that exists from the start, Balanced_B10 in East US. */
  readonly cluster: string;
  /** The id of its database, which does not exist yet. */
  readonly database: string;
  /** Stores the cluster with changes. */
  readonly changeCluster: (changes: Partial<ClusterDocument>) => Promise<void>;
  /** Sends a request about `id`, or about what is below it, in an api-version. */
  readonly call: (
    method: "GET" | "PUT" | "PATCH" | "DELETE" | "POST",
    id: string,
    options?: CallOptions,
  ) => Promise<Answer>;
  /** Puts the database with these properties. */
  readonly putDatabase: (properties?: object, apiVersion?: string) => Promise<Answer>;
  /** Requests a URL from a response's header. */
  readonly follow: (url: string | undefined) => Promise<Answer>;
}

interface CallOptions {
  readonly apiVersion?: string;
  readonly body?: unknown;
}

/** Starts ARM with a cluster that is written straight into the store, and without a database. */
export async function startDatabaseServer(
  options: { timing?: Timing; dataPlane?: DatabaseDataPlane } = {},
): Promise<DatabaseServer> {
  const { timing = { kind: "instant" }, dataPlane } = options;
  const server = await startArmServer({
    timing,
    providers: [(services) => microsoftCache({ ...services, dataPlane })],
  });
  const group = await server.addGroup();
  const cluster = `${group}/providers/Microsoft.Cache/redisEnterprise/cache1`;
  const changeCluster = (changes: Partial<ClusterDocument>): Promise<void> => saveCluster(server, cluster, changes);
  await changeCluster({});
  const database = `${cluster}/databases/default`;
  const call: DatabaseServer["call"] = (method, id, { apiVersion = latestVersion, body } = {}) =>
    server.request(method, `${id}?api-version=${apiVersion}`, body);
  return {
    ...server,
    cluster,
    database,
    changeCluster,
    call,
    putDatabase: (properties = {}, apiVersion = latestVersion) =>
      call("PUT", database, { apiVersion, body: { properties } }),
    follow: (url = "") => server.request("GET", url.replace(/^https:\/\/[^/]+/, "")),
  };
}

async function saveCluster(server: ArmServer, id: string, changes: Partial<ClusterDocument>): Promise<void> {
  const document: ClusterDocument = {
    name: "cache1",
    location: "eastus",
    kind: "v2",
    tags: undefined,
    sku: { name: "Balanced_B10" },
    zones: undefined,
    identity: { type: "None" },
    encryption: undefined,
    minimumTlsVersion: "1.2",
    highAvailability: "Enabled",
    publicNetworkAccess: "Enabled",
    maintenanceConfiguration: undefined,
    hostName: "cache1.eastus.redis.azure.net",
    redundancyMode: "ZR",
    provisioningState: "Succeeded",
    resourceState: "Running",
    operationId: undefined,
    ...changes,
  };
  await server.store.write((tx) => clusters.create(tx, id, document, server.clock.nowMs()));
}
