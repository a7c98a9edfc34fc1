import type { DataPlaneReport, PathReport } from "../../data-plane-routes.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { describeFailure } from "../failure.ts";
import { readSettings } from "../read-settings.ts";
import { findServer } from "../server-client.ts";
import { settingFields } from "../setting-fields.ts";
import { configFlag } from "../settings.ts";

/** Prints lines for a hosts file. */
export const hosts: Command = {
  name: "hosts",
  summary: "Print lines for a hosts file: each cluster's name by the path that is open, private before public.",
  flags: [settingFields.dataDir.flag, configFlag],
  async run({ flags, terminal }) {
    const read = readSettings({ flags, terminal });
    if (read === undefined) return exitCodes.wronglyCalled;
    try {
      const server = await findServer({ ...read.settings, clock: terminal.clock });
      const { paths } = (await server.call({ method: "GET", path: "/cuprite/paths" })) as DataPlaneReport;
      const open = paths.filter(({ isOpen }) => isOpen).toSorted(privateFirst);
      for (const [hostName, ways] of Map.groupBy(open, (path) => path.hostName)) {
        // A name has one address in the file: the others are there to be chosen from.
        for (const [index, { address, name }] of ways.entries()) {
          terminal.print(`${index === 0 ? "" : "# "}${address} ${hostName} # ${name}`);
        }
      }
      return exitCodes.done;
    } catch (error) {
      terminal.complain(describeFailure(error));
      return exitCodes.failed;
    }
  },
};

const privateFirst = (one: PathReport, other: PathReport): number => one.kind.localeCompare(other.kind);
