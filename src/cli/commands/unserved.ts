import type { UnservedEntry, UnservedReport } from "../../arm/unserved.ts";
import { readUnservedNote } from "../../management/unserved-note.ts";
import { serverCommand } from "../server.ts";
import { table } from "../table.ts";

/** Lists what clients asked for that Cuprite does not have: of the server that runs, or of the last that ended. */
export const unserved = serverCommand<UnservedReport>({
  name: "unserved",
  summary: "List what clients asked for that Cuprite does not serve, in this run or the last one.",
  path: "/cuprite/unserved",
  readLast({ settings, terminal }) {
    const last = readUnservedNote(settings.dataDir);
    if (last !== undefined) terminal.complain("Cuprite does not run there. This is the list of its last run.");
    return last;
  },
  linesOf({ entries, forgotten }) {
    if (entries.length === 0) return ["Cuprite has served everything that clients asked for."];
    const lines = table([headings, ...entries.map(cells)]);
    return forgotten === 0 ? lines : [...lines, `${forgotten} earlier requests are no longer listed.`];
  },
});

/** One line for the end of a run; undefined when everything was served. */
export function unservedSummary({ total, entries }: UnservedReport): string | undefined {
  if (total === 0) return undefined;
  const named = entries.slice(0, 3).map(({ method, type }) => `${method} ${type}`);
  const others = entries.length > named.length ? " and more" : "";
  const requests = total === 1 ? "1 request" : `${total} requests`;
  return `${requests} asked for what Cuprite does not serve: ${named.join(", ")}${others}; see \`cuprite unserved\`.`;
}

const headings = ["COUNT", "METHOD", "TYPE", "API-VERSION", "MISSING", "CLIENTS"] as const;

const cells = ({ count, method, type, apiVersion, missing, clients }: UnservedEntry): readonly string[] => [
  String(count),
  method,
  type,
  apiVersion === "" ? "-" : apiVersion,
  missing,
  clients.map((client) => `${client.client === "" ? "others" : client.client} (${client.count})`).join(", "),
];
