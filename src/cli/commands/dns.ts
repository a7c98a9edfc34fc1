import type { DnsReport } from "../../dns-routes.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { describeFailure } from "../failure.ts";
import { readSettings } from "../read-settings.ts";
import { findServer } from "../server-client.ts";
import { settingFields } from "../setting-fields.ts";
import { configFlag } from "../settings.ts";

/** Prints where names are resolved, for every view of them. */
export const dns: Command = {
  name: "dns",
  summary: "List the DNS resolvers: of public names, and of each virtual network with the zones linked to it.",
  flags: [settingFields.dataDir.flag, configFlag],
  async run({ flags, terminal }) {
    const read = readSettings({ flags, terminal });
    if (read === undefined) return exitCodes.wronglyCalled;
    try {
      const server = await findServer({ ...read.settings, clock: terminal.clock });
      const report = (await server.call({ method: "GET", path: "/cuprite/dns" })) as DnsReport;
      if (report.resolvers.length === 0)
        throw new Error("This server runs without a data plane, and has no resolvers.");
      for (const line of linesOf(report)) terminal.print(line);
      return exitCodes.done;
    } catch (error) {
      terminal.complain(describeFailure(error));
      return exitCodes.failed;
    }
  },
};

/** A comment that names the view, and a command that asks it. */
const linesOf = ({ resolvers, hostNames: [hostName = "<cluster>.<region>.redis.azure.net"] }: DnsReport): string[] =>
  resolvers.flatMap(({ virtualNetworkId, address, port }) => [
    `# ${virtualNetworkId ?? "public"}: ${address}:${port}`,
    `dig @${address} -p ${port} ${hostName}`,
  ]);
