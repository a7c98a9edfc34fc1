import type { PrincipalWithRoles } from "../../principal-routes.ts";
import { nameOfKind } from "../principal-kinds.ts";
import { listCommand } from "../server-command.ts";
import { table } from "../table.ts";

/** Prints every principal with its roles. */
export const principalList = listCommand({
  name: "principal list",
  summary: "List everybody who was added or has signed in, with their roles.",
  path: "/cuprite/principals",
  linesOf: (principals: PrincipalWithRoles[]) => table([headings, ...principals.flatMap(rows)]),
});

const headings = ["NAME", "KIND", "OBJECT ID", "ROLES"] as const;

/** A line for each role; the first has the principal too. */
function rows(principal: PrincipalWithRoles): string[][] {
  const { name, kind, objectId, access, roles } = principal;
  const byDefault = access === "Owner" ? ["Owner at / by default"] : [];
  const assigned = roles.map(({ role, scope }) => `${role} at ${scope}`);
  const [first = "-", ...others] = [...byDefault, ...assigned];
  return [[name, nameOfKind(kind), objectId, first], ...others.map((role) => ["", "", "", role])];
}
