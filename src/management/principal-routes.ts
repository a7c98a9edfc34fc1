import type { FastifyInstance } from "fastify";
import type { Authority } from "../identity/authority.ts";
import { PrincipalRefusal, registerPrincipal, type PrincipalWish } from "../identity/principals/register-principal.ts";
import { defaultTenantId } from "../identity/principals/local-principals.ts";
import { isJsonObject } from "../kernel/json.ts";
import type { Access, Principal, PrincipalKind } from "../store/principals.ts";

/** A principal, as responses describe it. */
interface PrincipalReport {
  readonly kind: PrincipalKind;
  /** A user's name, a client id, or the name that a managed identity is requested by. */
  readonly name: string;
  readonly objectId: string;
  /** "" for users. */
  readonly clientId: string;
  readonly tenantId: string;
  /** What it may do everywhere without a role assignment. */
  readonly access: Access;
}

/** The response to `POST /cuprite/principals`. */
export interface RegistrationReport extends PrincipalReport {
  readonly secret?: string;
}

/** One item of the response to `GET /cuprite/principals`. */
export interface PrincipalWithRoles extends PrincipalReport {
  readonly roles: readonly { readonly role: string; readonly scope: string }[];
}

/** Finds the roles that a principal is assigned, at any scope; "" is the tenant's. */
export interface AssignedRoles {
  assignedTo(
    objectId: string,
  ): Promise<readonly { readonly role: { readonly roleName: string }; readonly scope: string }[]>;
}

/** Lists principals with their roles, and adds principals. */
export function registerPrincipals(
  owners: FastifyInstance,
  { authority, access }: { authority: Authority; access: AssignedRoles },
): void {
  owners.get("/principals", async () => {
    const principals = authority.directory.all().toSorted(byKindAndName);
    return await Promise.all(principals.map((principal) => withRoles(principal, { authority, access })));
  });
  owners.post("/principals", async (request, reply) => {
    const wish = readWish(request.body);
    if (wish === undefined) return reply.code(400).send(wishShape);
    try {
      const { principal, secret } = await registerPrincipal(authority.directory, wish);
      const report: RegistrationReport = { ...reportOf(principal, authority), ...(secret && { secret }) };
      return report;
    } catch (cause) {
      if (!(cause instanceof PrincipalRefusal)) throw cause;
      return reply.code(400).send({ error: cause.message });
    }
  });
}

const wishShape = { error: "A name, and one of the kinds User, ServicePrincipal and ManagedIdentity are required." };

const kinds: readonly PrincipalKind[] = ["User", "ServicePrincipal", "ManagedIdentity"];

function readWish(body: unknown): PrincipalWish | undefined {
  if (!isJsonObject(body)) return undefined;
  const { name, tenant = defaultTenantId, withSecret = false } = body;
  const kind = kinds.find((known) => known === body["kind"]);
  if (typeof name !== "string" || typeof tenant !== "string" || typeof withSecret !== "boolean") return undefined;
  return kind === undefined ? undefined : { kind, name, tenant, withSecret };
}

const byKindAndName = (a: Principal, b: Principal): number =>
  kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.name < b.name ? -1 : 1);

function reportOf(principal: Principal, { accessOf }: Pick<Authority, "accessOf">): PrincipalReport {
  const { kind, objectId, tenantId, appId: clientId } = principal;
  const name = kind === "ManagedIdentity" ? principal.displayName : principal.name;
  return { kind, name, objectId, clientId, tenantId, access: accessOf(principal) };
}

async function withRoles(
  principal: Principal,
  { authority, access }: { authority: Authority; access: AssignedRoles },
): Promise<PrincipalWithRoles> {
  const grants = await access.assignedTo(principal.objectId);
  const roles = grants.map(({ role, scope }) => ({ role: role.roleName, scope: scope === "" ? "/" : scope }));
  return { ...reportOf(principal, authority), roles };
}
