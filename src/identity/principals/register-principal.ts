import type { Principal, PrincipalKind } from "../../store/principals.ts";
import { identityLimits } from "../limits.ts";
import type { Directory } from "./directory.ts";
import {
  administratorName,
  findTenant,
  localDomain,
  managedIdentity,
  namedUser,
  servicePrincipal,
} from "./local-principals.ts";
import type { IdentitySelector } from "./local-principals.ts";
import { hashSecret, newSecret } from "./secrets.ts";

/** A principal to add. */
export interface PrincipalWish {
  readonly kind: PrincipalKind;
  /** A user's name, with or without its domain; a client id; of a managed identity also its resource id. */
  readonly name: string;
  readonly tenant: string;
  /** Whether to make a secret for it, which replaces the one that it had. */
  readonly withSecret: boolean;
}

/** A principal that cannot be added; the message says why. */
export class PrincipalRefusal extends Error {
  override readonly name = "PrincipalRefusal";
}

/**
 * Adds a principal that has only the access of its role assignments. Its secret is stored as a hash only.
 * @throws PrincipalRefusal
 */
export async function registerPrincipal(
  directory: Directory,
  wish: PrincipalWish,
): Promise<{ principal: Principal; secret: string | undefined }> {
  const principal = principalOf(wish);
  if (!wish.withSecret) return { principal: await directory.register(principal), secret: undefined };
  if (wish.kind === "ManagedIdentity") throw new PrincipalRefusal("A managed identity has no secret.");
  const secret = newSecret();
  return { principal: await directory.register(principal, hashSecret(secret)), secret };
}

function principalOf({ kind, name, tenant }: PrincipalWish): Principal {
  const tenantId = findTenant(tenant)?.tenantId;
  if (tenantId === undefined) throw new PrincipalRefusal(`There is no tenant '${tenant}'; name one by its GUID.`);
  if (kind === "User") return userOf(tenantId, name);
  checkName(name, /^[\x21-\x7E]+$/, "printable ASCII characters without spaces");
  if (kind === "ServicePrincipal") return servicePrincipal(tenantId, name);
  const identity = managedIdentity(tenantId, selectorOf(name));
  if (identity === undefined) throw new PrincipalRefusal(`There is no managed identity '${name}'.`);
  return identity;
}

function userOf(tenantId: string, name: string): Principal {
  const userName = name.includes("@") ? name : `${name}@${localDomain}`;
  checkName(userName, /^[\w.+-]+@[\w.-]+$/, "letters, digits, dots, plus signs and hyphens, with one '@' at most");
  const user = namedUser(tenantId, userName);
  if (user.name !== administratorName) return user;
  throw new PrincipalRefusal(`${administratorName} is the administrator, who may do everything.`);
}

function checkName(name: string, shape: RegExp, words: string): void {
  if (name.length <= identityLimits.maxClientIdLength && shape.test(name)) return;
  throw new PrincipalRefusal(`The name '${name}' is not up to ${identityLimits.maxClientIdLength} ${words}.`);
}

/** Reads the name by which programs ask for the identity: its resource id, its client id, or `system-assigned`. */
function selectorOf(name: string): IdentitySelector {
  if (name === "system-assigned") return {};
  return name.startsWith("/") ? { resourceId: name } : { clientId: name };
}
