import type { DataPlaneReport, DnsReport, PathReport } from "../../management/data-plane-routes.ts";
import { serverCommand } from "../server.ts";
import { table } from "../table.ts";

/** Lists every path to every database. */
export const endpoints = serverCommand<DataPlaneReport>({
  name: "endpoints",
  summary: "List the paths to all databases: their addresses, and whether they are open.",
  path: "/cuprite/paths",
  linesOf({ missing, paths }, { terminal }) {
    if (missing !== undefined) terminal.complain(missing);
    return table([headings, ...paths.map(cells)]);
  },
});

const headings = ["CLUSTER", "PATH", "NAME", "VNET ADDRESS", "DIAL", "CONNECTIONS", "STATE"] as const;

const cells = (path: PathReport): readonly string[] => [
  path.clusterName,
  path.name,
  path.hostName,
  path.vnetAddress ?? "-",
  `${path.address}:${path.port}`,
  String(path.counters.connections),
  stateOf(path),
];

function stateOf({ isOpen, takesClients, closedBecause }: PathReport): string {
  if (isOpen) return "open";
  return `${takesClients ? "waiting" : "closed"}: ${closedBecause ?? "not yet open"}`;
}

/** Prints lines for a hosts file. */
export const hosts = serverCommand<DataPlaneReport>({
  name: "hosts",
  summary: "Print lines for a hosts file: each cluster's name with its open paths, private before public.",
  path: "/cuprite/paths",
  linesOf({ paths }) {
    const open = paths.filter(({ takesClients }) => takesClients).toSorted(privateFirst);
    return [...Map.groupBy(open, ({ hostName }) => hostName).values()].flatMap((ofName) => ofName.map(hostsLine));
  },
});

/** A name has one address in a hosts file; the others are comments to choose from. The port can only be a comment. */
const hostsLine = ({ address, port, hostName, name }: PathReport, index: number): string =>
  `${index === 0 ? "" : "# "}${address} ${hostName} # ${name}, port ${port}`;

const privateFirst = (one: PathReport, other: PathReport): number => one.kind.localeCompare(other.kind);

/** Lists the DNS resolvers, each with a command that queries it. */
export const dns = serverCommand<DnsReport>({
  name: "dns",
  summary: "List the DNS resolvers: one for public names, and one for each virtual network.",
  path: "/cuprite/dns",
  linesOf({ resolvers, hostNames: [hostName = "<cluster>.<region>.redis.azure.net"] }) {
    if (resolvers.length === 0) throw new Error("This server runs without a data plane, and has no resolvers.");
    return resolvers.flatMap(({ virtualNetworkId, address, port }) => [
      `# ${virtualNetworkId ?? "public"}: ${address}:${port}`,
      `dig @${address} -p ${port} ${hostName}`,
    ]);
  },
});
