import type { PrincipalWithRoles } from "../../management/principal-routes.ts";
import { nameOfKind } from "../principal-kinds.ts";
import { listCommand } from "../server-command.ts";
import { table } from "../table.ts";

/** Prints every principal once, with its tenants and roles. */
export const principalList = listCommand({
  name: "principal list",
  summary: "List everybody who was added or has signed in, with their tenants and roles.",
  path: "/cuprite/principals",
  linesOf: (principals: PrincipalWithRoles[]) => table([headings, ...blocks(principals)]),
});

const headings = ["NAME", "KIND", "TENANT", "OBJECT ID", "ROLES"] as const;

/** A block for each principal: its name once, below each other its tenants, in each of which it has an object id and roles. */
function blocks(principals: readonly PrincipalWithRoles[]): string[][] {
  const known = Map.groupBy(principals, ({ kind, name }) => `${kind}:${name.toLowerCase()}`);
  return [...known.values()].flatMap((ofOne) =>
    ofOne
      .flatMap(rows)
      .map(([name = "", kind = "", ...rest], index) => [...(index === 0 ? [name, kind] : ["", ""]), ...rest]),
  );
}

/** A line for each role; the first says whose. */
function rows(principal: PrincipalWithRoles): string[][] {
  const { name, kind, tenantId, objectId, access, roles } = principal;
  const byDefault = access === "Owner" ? ["Owner at / by default"] : [];
  const assigned = roles.map(({ role, scope }) => `${role} at ${scope}`);
  const [first = "-", ...others] = [...byDefault, ...assigned];
  return [[name, nameOfKind(kind), tenantId, objectId, first], ...others.map((role) => ["", "", "", "", role])];
}
