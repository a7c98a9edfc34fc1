import type { HTTPMethods } from "fastify";
import { nameUuid } from "../../src/kernel/ids.ts";
import { builtInRoles } from "../../src/providers/microsoft.authorization/role-definitions/role-definition.ts";
import { callers, startArmServer, type ArmServer } from "./arm-server.ts";
import type { Answer } from "./inject.ts";
import { sampleProvider } from "./sample-provider.ts";

export type CallerName = keyof typeof callers;

const version = "api-version=2022-04-01";

/** The GUID of one of Azure's own roles. */
export function roleIdOf(roleName: string): string {
  const role = builtInRoles().find((each) => each.roleName === roleName);
  if (role === undefined) throw new Error(`There is no role '${roleName}'.`);
  return role.roleId;
}

/** Adds the usual api-version to a path that has none. */
const versioned = (path: string): string => {
  if (path.includes("api-version=")) return path;
  return `${path}${path.includes("?") ? "&" : "?"}${version}`;
};

/** Sends requests as somebody, each in the usual api-version unless it names another. */
export const requestAs =
  ({ request }: Pick<ArmServer, "request">, name: CallerName) =>
  (method: HTTPMethods, path: string, body?: unknown): Promise<Answer> =>
    request(method, versioned(path), body, { authorization: `Bearer ${name}` });

/** The id of an assignment at a scope; any word names it. */
export const assignmentId = (scope: string, word = "one"): string =>
  `${scope}/providers/Microsoft.Authorization/roleAssignments/${nameUuid("6ba7b811-9dad-11d1-80b4-00c04fd430c8", scope + word)}`;

/** The body that assigns a role, built in or by its GUID. */
export const assignmentBody = (roleName: string, name: CallerName, more: object = {}) => ({
  properties: {
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${/^[\da-f-]{36}$/.test(roleName) ? roleName : roleIdOf(roleName)}`,
    principalId: callers[name].objectId,
    principalType: callers[name].kind === "User" ? "User" : "ServicePrincipal",
    ...more,
  },
});

/** Assigns a role at a scope as the owner; returns the assignment's id. */
export async function assign(
  server: Pick<ArmServer, "request">,
  { scope, role, to }: { scope: string; role: string; to: CallerName },
): Promise<string> {
  const id = assignmentId(scope, role + to);
  const { status, text } = await requestAs(server, "owner")("PUT", id, assignmentBody(role, to));
  if (status !== 201) throw new Error(`The role was not assigned: ${text}`);
  return id;
}

/** Creates a custom role as the owner; returns its GUID. */
export async function addRole(
  server: Pick<ArmServer, "request" | "subscription">,
  role: { name: string; scopes?: readonly string[] } & Partial<
    Record<"actions" | "notActions" | "dataActions", readonly string[]>
  >,
): Promise<string> {
  const { name, scopes = [server.subscription], ...permission } = role;
  const roleId = nameUuid("6ba7b811-9dad-11d1-80b4-00c04fd430c8", name);
  const properties = { roleName: name, permissions: [permission], assignableScopes: scopes };
  const id = `${server.subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
  const { status, text } = await requestAs(server, "owner")("PUT", id, { properties });
  if (status !== 201) throw new Error(`The role was not made: ${text}`);
  return roleId;
}

/** Azure's sentence for a caller without a right. */
export const deniedMessage = (name: CallerName, action: string, scope: string): string =>
  `The client '${callers[name].name}' with object id '${callers[name].objectId}' does not have authorization to perform ` +
  `action '${action}' over scope '${scope}' or the scope is invalid. ` +
  "If access was recently granted, please refresh your credentials.";

/** The error of a response. */
export const errorOf = ({ body }: Answer): { code: string; message: string } =>
  (body as { error: { code: string; message: string } }).error;

/** A server with a box of a sample provider in a group, and the names of role assignments there are. */
export interface BoxServer {
  readonly server: ArmServer;
  readonly group: string;
  readonly box: string;
  /** The ids of the role assignments that a list at a scope has. */
  readonly namesAt: (scope: string, filter?: string) => Promise<string[]>;
}

/** Starts one for a test. */
export async function startBoxServer(): Promise<BoxServer> {
  const server = await startArmServer({ providers: [sampleProvider({ removed: [], painted: [] })] });
  const group = await server.addGroup();
  const box = `${group}/providers/Sample.Boxes/boxes/b1`;
  const asOwner = requestAs(server, "owner");
  await asOwner("PUT", `${box}?api-version=2024-01-01`, {});
  const namesAt = async (scope: string, filter = ""): Promise<string[]> => {
    const url = `${scope}/providers/Microsoft.Authorization/roleAssignments?$filter=${filter}`;
    const { body } = await asOwner("GET", encodeURI(url));
    return (body as { value: { id: string }[] }).value.map(({ id }) => id);
  };
  return { server, group, box, namesAt };
}
