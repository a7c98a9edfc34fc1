import { withoutEnd } from "../../kernel/without-end.ts";
import { nameUuid } from "../../kernel/ids.ts";
import type { RegistrationReport } from "../../management/principal-routes.ts";
import type { PrincipalKind } from "../../store/principals.ts";
import type { Flag, FlagValues } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { kindNames, kindOf, nameOfKind } from "../principal-kinds.ts";
import type { ServerClient } from "../server-client.ts";
import { serverCommand } from "../server-command.ts";
import type { Wished } from "../server-command.ts";
import { table } from "../table.ts";

const kindFlag: Flag = {
  name: "kind",
  value: kindNames.join("|"),
  summary: "What it is.",
  default: "service-principal",
};

const flags: readonly Flag[] = [
  kindFlag,
  { name: "role", value: "<role>", summary: "A role to assign to it, by its name." },
  { name: "scope", value: "<id>", summary: "What the role is for: all, or what has this id.", default: "/" },
  {
    name: "secret",
    summary: "Make a secret for the service principal, or a password for the user, and print it this once.",
  },
  { name: "tenant", value: "<id>", summary: "The tenant that it is added to; without this, Cuprite's own." },
];

/** Adds a principal to a running server, and may assign it a role. */
export const principalAdd = serverCommand({
  name: "principal add",
  summary: "Add a user, service principal or managed identity, which may do only what it is assigned.",
  flags,
  words: "<name>",
  read: readWish,
  async ask({ server, wish, terminal }) {
    const { name, kind, tenant, withSecret, scope } = wish;
    const role = wish.role === undefined ? undefined : await findRole(server, wish.role, scope);
    const body = { name, kind, tenant, withSecret };
    const added = (await server.call({ method: "POST", path: "/cuprite/principals", body })) as RegistrationReport;
    for (const line of table(describe(added))) terminal.print(line);
    if (added.secret !== undefined) terminal.complain("The secret is kept nowhere: note it down now.");
    if (role === undefined) return exitCodes.done;
    await assign(server, { role, scope, principalId: added.objectId });
    terminal.print(`Role       ${role.name} at ${scope}`);
    return exitCodes.done;
  },
});

interface Wish {
  readonly name: string;
  readonly kind: PrincipalKind;
  readonly tenant: string | undefined;
  readonly withSecret: boolean;
  readonly role: string | undefined;
  readonly scope: string;
}

function readWish(given: FlagValues, words: readonly string[]): Wished<Wish> {
  const text = (name: string): string | undefined => given.get(name)?.toString();
  const [name, stray] = words;
  const kindName = text("kind") ?? "service-principal";
  const kind = kindOf(kindName);
  const scope = text("scope");
  const role = text("role");
  if (name === undefined) return { problem: "principal add needs a name: cuprite principal add <name>." };
  if (stray !== undefined) return { problem: `principal add takes one name, and no "${stray}".` };
  if (kind === undefined) return { problem: `"${kindName}" is no kind: it is one of ${kindNames.join(", ")}.` };
  if (scope !== undefined && role === undefined) return { problem: "--scope needs a --role." };
  if (scope !== undefined && !scope.startsWith("/")) return { problem: `--scope is an id, and "${scope}" is none.` };
  const withSecret = given.get("secret") === true;
  return { wish: { name, kind, tenant: text("tenant"), withSecret, role, scope: scope ?? "/" } };
}

interface FoundRole {
  readonly id: string;
  readonly name: string;
}

const authorization = (scope: string): string => `${withoutEnd(scope, "/")}/providers/Microsoft.Authorization`;

/** Azure's own roles and custom ones are told apart by their names. */
async function findRole(server: ServerClient, name: string, scope: string): Promise<FoundRole> {
  const query = new URLSearchParams({
    "api-version": "2022-04-01",
    $filter: `roleName eq '${name.replaceAll("'", "''")}'`,
  });
  const path = `${authorization(scope)}/roleDefinitions?${query.toString()}`;
  const { value } = (await server.call({ method: "GET", path })) as {
    value: { id: string; properties: { roleName: string } }[];
  };
  const [role] = value;
  if (role === undefined) throw new Error(`There is no role '${name}' at ${scope}.`);
  return { id: role.id, name: role.properties.roleName };
}

/** The name of the assignment is made of what it says, so that the same one can be asked for again. */
async function assign(
  server: ServerClient,
  { role, scope, principalId }: { role: FoundRole; scope: string; principalId: string },
): Promise<void> {
  const name = nameUuid(principalId, `${scope.toLowerCase()}:${role.id.toLowerCase()}`);
  const path = `${authorization(scope)}/roleAssignments/${name}?api-version=2022-04-01`;
  const body = { properties: { roleDefinitionId: role.id, principalId } };
  await server.call({ method: "PUT", path, body });
}

function describe({ kind, name, objectId, clientId, tenantId, secret }: RegistrationReport): string[][] {
  const rows = [
    ["Name", name],
    ["Kind", nameOfKind(kind)],
    ["Object id", objectId],
    ["Client id", clientId],
    ["Tenant", tenantId],
    ["Secret", secret ?? ""],
  ];
  return rows.filter(([, value]) => value !== "");
}
