import type { ClusterFacts, ConnectionFacts } from "../facts.ts";

/** A path to a database: its public endpoint, or a private endpoint. */
export interface DesiredPath {
  /** The key of the private endpoint, or of the cluster for its public endpoint. */
  readonly key: string;
  readonly kind: "public" | "private";
  /** `public`, or the private endpoint's name. */
  readonly name: string;
  /** The name that clients connect to. */
  readonly hostName: string;
  readonly vnetAddress: string | undefined;
  /** Why it is closed; undefined when it is to be open. */
  readonly closedBecause: string | undefined;
}

/** Every path of a cluster, open or not, as the store says. */
export function desiredPaths(cluster: ClusterFacts): readonly DesiredPath[] {
  const all = [publicPath(cluster), ...cluster.connections.map((connection) => privatePath(cluster, connection))];
  return [...new Map(all.map((path) => [path.key, path])).values()];
}

function publicPath(cluster: ClusterFacts): DesiredPath {
  const { key, hostName } = cluster;
  const closedBecause = whyNotServing(cluster) ?? whyNotPublic(cluster);
  return { key, kind: "public", name: "public", hostName, vnetAddress: undefined, closedBecause };
}

function privatePath(cluster: ClusterFacts, connection: ConnectionFacts): DesiredPath {
  const { privateEndpointId, name, status, vnetAddress } = connection;
  const whyNotApproved =
    status === "Approved" ? undefined : `the private endpoint connection '${name}' is ${status}, not Approved`;
  return {
    key: privateEndpointId.toLowerCase(),
    kind: "private",
    name: privateEndpointId.split("/").at(-1) ?? name,
    hostName: cluster.hostName,
    vnetAddress,
    closedBecause: whyNotServing(cluster) ?? whyNotApproved,
  };
}

function whyNotServing({ database, name }: ClusterFacts): string | undefined {
  if (database === undefined) return `the cluster '${name}' has no database`;
  if (database.failure !== undefined) return `the database of '${name}' has no Redis: ${database.failure}`;
  return database.isServing ? undefined : `the database of '${name}' is being created or deleted`;
}

function whyNotPublic({ publicNetworkAccess, connections }: ClusterFacts): string | undefined {
  if (publicNetworkAccess === "Disabled") return "public network access is Disabled";
  if (publicNetworkAccess === null && connections.length > 0) {
    return "public network access was never set, and there is a private endpoint";
  }
  return undefined;
}
