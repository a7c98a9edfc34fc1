import { nameUuid } from "../../kernel/ids.ts";
import { withoutEnd } from "../../kernel/text.ts";
import type { PrincipalWithRoles, RegistrationReport } from "../../management/principal-routes.ts";
import type { PrincipalKind } from "../../store/principals.ts";
import { exitCodes, WrongCall, type Call, type Command, type Flag } from "../command.ts";
import { findServer, serverCommand, serverFlags, type ServerClient } from "../server.ts";
import { table } from "../table.ts";

/** The kinds of principals, as the command line spells them. */
const kindNames = ["user", "service-principal", "managed-identity"] as const;

type KindName = (typeof kindNames)[number];

const kinds: Readonly<Record<KindName, PrincipalKind>> = {
  user: "User",
  "service-principal": "ServicePrincipal",
  "managed-identity": "ManagedIdentity",
};

/** The kind that a word names; undefined for other words. */
const kindOf = (word: string): PrincipalKind | undefined => {
  const name = kindNames.find((known) => known === word);
  return name === undefined ? undefined : kinds[name];
};

/** The word for a kind. */
const nameOfKind = (kind: PrincipalKind): string => kindNames.find((name) => kinds[name] === kind) ?? kind;

const kindFlag: Flag = {
  name: "kind",
  value: kindNames.join("|"),
  summary: "The kind of principal.",
  default: "service-principal",
};

const flags: readonly Flag[] = [
  kindFlag,
  { name: "role", value: "<role>", summary: "The name of a role to assign to the principal." },
  { name: "scope", value: "<id>", summary: "The id of the scope to assign the role at.", default: "/" },
  {
    name: "secret",
    summary: "Create a secret for the service principal, or a password for the user, and print it once.",
  },
  { name: "tenant", value: "<id>", summary: "The tenant to add the principal to; by default Cuprite's own." },
];

/** Adds a principal to a running server, and may assign it a role. */
export const principalAdd: Command = {
  name: "principal add",
  summary: "Add a user, service principal or managed identity, with no rights but its role assignments.",
  flags: [...flags, ...serverFlags],
  words: "<name>",
  async run(call) {
    const { principal, role: roleName, scope } = readAddition(call);
    const { terminal } = call;
    const server = await findServer(call);
    const role = roleName === undefined ? undefined : await findRole(server, roleName, scope);
    const added = await server.call<RegistrationReport>({
      method: "POST",
      path: "/cuprite/principals",
      body: principal,
    });
    for (const line of table(describe(added))) terminal.print(line);
    if (added.secret !== undefined) terminal.complain("The secret is not stored. Save it now.");
    if (role === undefined) return exitCodes.done;
    await assign(server, { role, scope, principalId: added.objectId });
    terminal.print(`Role       ${role.name} at ${scope}`);
    return exitCodes.done;
  },
};

function readAddition({ flags: given, words: [name, stray] }: Call) {
  const text = (flag: string): string | undefined => given.get(flag)?.toString();
  const kindName = text("kind") ?? "service-principal";
  const kind = kindOf(kindName);
  const scope = text("scope");
  const role = text("role");
  if (name === undefined) throw new WrongCall("principal add needs a name: cuprite principal add <name>.");
  if (stray !== undefined) throw new WrongCall(`principal add takes one name, and no "${stray}".`);
  if (kind === undefined) throw new WrongCall(`"${kindName}" is no kind: it is one of ${kindNames.join(", ")}.`);
  if (scope !== undefined && role === undefined) throw new WrongCall("--scope needs a --role.");
  if (scope !== undefined && !scope.startsWith("/")) throw new WrongCall(`--scope is an id, and "${scope}" is none.`);
  const principal = { name, kind, tenant: text("tenant"), withSecret: given.get("secret") === true };
  return { principal, role, scope: scope ?? "/" };
}

interface FoundRole {
  readonly id: string;
  readonly name: string;
}

const authorization = (scope: string): string => `${withoutEnd(scope, "/")}/providers/Microsoft.Authorization`;

/** Finds a built-in or custom role by its name, which is unique. */
async function findRole(server: ServerClient, name: string, scope: string): Promise<FoundRole> {
  const query = new URLSearchParams({
    "api-version": "2022-04-01",
    $filter: `roleName eq '${name.replaceAll("'", "''")}'`,
  });
  const path = `${authorization(scope)}/roleDefinitions?${query.toString()}`;
  const { value } = await server.call<{ value: { id: string; properties: { roleName: string } }[] }>({
    method: "GET",
    path,
  });
  const [role] = value;
  if (role === undefined) throw new Error(`There is no role '${name}' at ${scope}.`);
  return { id: role.id, name: role.properties.roleName };
}

/** Assigns a role. The assignment's name is derived from its content, so that a second call changes nothing. */
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

/** Lists every principal once, with its tenants and roles. */
export const principalList = serverCommand({
  name: "principal list",
  summary: "List the principals that were added or have signed in, with their tenants and roles.",
  path: "/cuprite/principals",
  linesOf: (principals: readonly PrincipalWithRoles[]) => table([headings, ...blocks(principals)]),
});

const headings = ["NAME", "KIND", "TENANT", "OBJECT ID", "ROLES"] as const;

/** The rows of all principals: the name is in the first row only, and each tenant has its own object id and roles. */
function blocks(principals: readonly PrincipalWithRoles[]): string[][] {
  const known = Map.groupBy(principals, ({ kind, name }) => `${kind}:${name.toLowerCase()}`);
  return [...known.values()].flatMap((ofOne) =>
    ofOne
      .flatMap(rowsOf)
      .map(([name = "", kind = "", ...rest], index) => [...(index === 0 ? [name, kind] : ["", ""]), ...rest]),
  );
}

/** A row for each role; the first one names the principal. */
function rowsOf(principal: PrincipalWithRoles): string[][] {
  const { name, kind, tenantId, objectId, access, roles } = principal;
  const byDefault = access === "Owner" ? ["Owner at / by default"] : [];
  const assigned = roles.map(({ role, scope }) => `${role} at ${scope}`);
  const [first = "-", ...others] = [...byDefault, ...assigned];
  return [[name, nameOfKind(kind), tenantId, objectId, first], ...others.map((role) => ["", "", "", "", role])];
}
