import type { DnsReport } from "../../management/data-plane-routes.ts";
import { listCommand } from "../server-command.ts";

/** Prints where names are resolved, for every view of them. */
export const dns = listCommand({
  name: "dns",
  summary: "List the DNS resolvers: of public names, and of each virtual network with the zones linked to it.",
  path: "/cuprite/dns",
  linesOf(report: DnsReport) {
    if (report.resolvers.length === 0) throw new Error("This server runs without a data plane, and has no resolvers.");
    return linesOf(report);
  },
});

/** A comment that names the view, and a command that asks it. */
const linesOf = ({ resolvers, hostNames: [hostName = "<cluster>.<region>.redis.azure.net"] }: DnsReport): string[] =>
  resolvers.flatMap(({ virtualNetworkId, address, port }) => [
    `# ${virtualNetworkId ?? "public"}: ${address}:${port}`,
    `dig @${address} -p ${port} ${hostName}`,
  ]);
