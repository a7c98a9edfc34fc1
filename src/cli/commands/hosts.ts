import type { DataPlaneReport, PathReport } from "../../management/data-plane-routes.ts";
import { listCommand } from "../server-command.ts";

/** Prints lines for a hosts file. */
export const hosts = listCommand({
  name: "hosts",
  summary: "Print lines for a hosts file: each cluster's name by the path that is open, private before public.",
  path: "/cuprite/paths",
  linesOf({ paths }: DataPlaneReport) {
    const open = paths.filter(({ takesClients }) => takesClients).toSorted(privateFirst);
    return [...Map.groupBy(open, ({ hostName }) => hostName).values()].flatMap((ways) => ways.map(lineOf));
  },
});

/** A name has one address in the file: the others are there to be chosen from. A port cannot be said but in words. */
const lineOf = ({ address, port, hostName, name }: PathReport, index: number): string =>
  `${index === 0 ? "" : "# "}${address} ${hostName} # ${name}, port ${port}`;

const privateFirst = (one: PathReport, other: PathReport): number => one.kind.localeCompare(other.kind);
