import type { DataPlaneReport, PathReport } from "../../management/data-plane-routes.ts";
import { listCommand } from "../server-command.ts";
import { table } from "../table.ts";

/** Prints every path to every database. */
export const endpoints = listCommand({
  name: "endpoints",
  summary: "List every path to every database: where it is, and whether it is open.",
  path: "/cuprite/paths",
  linesOf({ missing, paths }: DataPlaneReport, terminal) {
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
