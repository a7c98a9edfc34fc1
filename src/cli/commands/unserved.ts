import type { UnservedEntry, UnservedReport } from "../../arm/unserved.ts";
import { readUnservedNote } from "../../data-dir/unserved-note.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { describeFailure } from "../failure.ts";
import { readSettings } from "../read-settings.ts";
import { findServer } from "../server-client.ts";
import { settingFields } from "../setting-fields.ts";
import { configFlag } from "../settings.ts";
import { table } from "../table.ts";

/** Prints what clients asked for that Cuprite does not have: of the server that runs, or of the last that ended. */
export const unserved: Command = {
  name: "unserved",
  summary: "List what clients asked for that Cuprite does not have: since it started, or in its last run.",
  flags: [settingFields.dataDir.flag, configFlag],
  async run({ flags, terminal }) {
    const read = readSettings({ flags, terminal });
    if (read === undefined) return exitCodes.wronglyCalled;
    const { dataDir } = read.settings;
    try {
      const server = await findServer({ dataDir, clock: terminal.clock });
      const report = (await server.call({ method: "GET", path: "/cuprite/unserved" })) as UnservedReport;
      for (const line of linesOf(report)) terminal.print(line);
    } catch (error) {
      const last = readUnservedNote(dataDir);
      if (last === undefined) {
        terminal.complain(describeFailure(error));
        return exitCodes.failed;
      }
      terminal.complain("No Cuprite runs there; this was asked of the last one that did.");
      for (const line of linesOf(last)) terminal.print(line);
    }
    return exitCodes.done;
  },
};

/** One line for the end of a run; undefined when everything that was asked for is there. */
export function unservedSummary({ total, entries }: UnservedReport): string | undefined {
  if (total === 0) return undefined;
  const named = entries.slice(0, 3).map(({ method, type }) => `${method} ${type}`);
  const others = entries.length > named.length ? " and more" : "";
  const requests = total === 1 ? "1 request" : `${total} requests`;
  return `${requests} asked for what Cuprite does not serve: ${named.join(", ")}${others}; see \`cuprite unserved\`.`;
}

const headings = ["COUNT", "METHOD", "TYPE", "API-VERSION", "MISSING", "CLIENTS"] as const;

function linesOf({ entries, forgotten }: UnservedReport): string[] {
  if (entries.length === 0) return ["Everything that was asked for is there."];
  const lines = table([headings, ...entries.map(cells)]);
  return forgotten === 0 ? lines : [...lines, `${forgotten} earlier requests for other things are no longer listed.`];
}

const cells = ({ count, method, type, apiVersion, missing, clients }: UnservedEntry): readonly string[] => [
  String(count),
  method,
  type,
  apiVersion === "" ? "-" : apiVersion,
  missing,
  clients.map((client) => `${client.client === "" ? "others" : client.client} (${client.count})`).join(", "),
];
