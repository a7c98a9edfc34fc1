import type { DataPlaneReport, PathReport } from "../../data-plane-routes.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { describeFailure } from "../failure.ts";
import { readSettings } from "../read-settings.ts";
import { findServer } from "../server-client.ts";
import { settingFields } from "../setting-fields.ts";
import { configFlag } from "../settings.ts";
import { table } from "../table.ts";

/** Prints every path to every database. */
export const endpoints: Command = {
  name: "endpoints",
  summary: "List every path to every database: where it is, and whether it is open.",
  flags: [settingFields.dataDir.flag, configFlag],
  async run({ flags, terminal }) {
    const read = readSettings({ flags, terminal });
    if (read === undefined) return exitCodes.wronglyCalled;
    try {
      const server = await findServer({ ...read.settings, clock: terminal.clock });
      const report = (await server.call({ method: "GET", path: "/cuprite/paths" })) as DataPlaneReport;
      if (report.missing !== undefined) terminal.complain(report.missing);
      for (const line of table([headings, ...report.paths.map(cells)])) terminal.print(line);
      return exitCodes.done;
    } catch (error) {
      terminal.complain(describeFailure(error));
      return exitCodes.failed;
    }
  },
};

const headings = ["CLUSTER", "PATH", "NAME", "VNET ADDRESS", "DIAL", "CONNECTIONS", "STATE"] as const;

const cells = (path: PathReport): readonly string[] => [
  path.clusterName,
  path.name,
  path.hostName,
  path.vnetAddress ?? "-",
  `${path.address}:${path.port}`,
  String(path.counters.connections),
  path.isOpen ? "open" : `closed: ${path.closedBecause ?? "not yet open"}`,
];
