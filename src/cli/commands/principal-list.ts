import type { PrincipalWithRoles } from "../../principal-routes.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { describeFailure } from "../failure.ts";
import { nameOfKind } from "../principal-kinds.ts";
import { readSettings } from "../read-settings.ts";
import { findServer } from "../server-client.ts";
import { settingFields } from "../setting-fields.ts";
import { configFlag } from "../settings.ts";
import { table } from "../table.ts";

/** Prints every principal with its roles. */
export const principalList: Command = {
  name: "principal list",
  summary: "List everybody who was added or has signed in, with their roles.",
  flags: [settingFields.dataDir.flag, configFlag],
  async run({ flags, terminal }) {
    const read = readSettings({ flags, terminal });
    if (read === undefined) return exitCodes.wronglyCalled;
    try {
      const server = await findServer({ ...read.settings, clock: terminal.clock });
      const principals = (await server.call({ method: "GET", path: "/cuprite/principals" })) as PrincipalWithRoles[];
      for (const line of table([headings, ...principals.flatMap(rows)])) terminal.print(line);
      return exitCodes.done;
    } catch (error) {
      terminal.complain(describeFailure(error));
      return exitCodes.failed;
    }
  },
};

const headings = ["NAME", "KIND", "OBJECT ID", "ROLES"] as const;

/** A line for each role; the first has the principal too. */
function rows(principal: PrincipalWithRoles): string[][] {
  const { name, kind, objectId, access, roles } = principal;
  const byDefault = access === "Owner" ? ["Owner at / by default"] : [];
  const assigned = roles.map(({ role, scope }) => `${role} at ${scope}`);
  const [first = "-", ...others] = [...byDefault, ...assigned];
  return [[name, nameOfKind(kind), objectId, first], ...others.map((role) => ["", "", "", role])];
}
