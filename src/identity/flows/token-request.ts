import type { Principal } from "../../store/principals.ts";
import type { Queryable } from "../../store/store.ts";
import type { Authority } from "../authority.ts";
import type { Directory } from "../principals/directory.ts";
import type { Endpoint } from "../endpoint.ts";
import type { GrantDocument } from "./grants.ts";
import { administratorName } from "../principals/local-principals.ts";
import { OAuthError } from "../oauth-error.ts";
import type { Parameters } from "../parameters.ts";
import { findUser, usersOf } from "../principals/users.ts";
import type { Client } from "./client.ts";

/** One request to the token endpoint, as every grant type sees it. */
export interface TokenRequest {
  readonly authority: Authority;
  readonly endpoint: Endpoint;
  readonly client: Client;
  readonly parameters: Parameters;
}

/** Refuses a grant that was given to another client, or under another tenant than the URL names. */
export function checkHolder({ client, endpoint }: TokenRequest, document: GrantDocument): void {
  if (document.clientId !== client.clientId) throw new OAuthError("foreignGrant", "client_id");
  checkTenant(endpoint, document);
}

/**
 * Refuses, under a strict authority, a grant whose user has another password by now, and one from a time at which anybody
 * could sign in as anybody.
 */
export async function checkProof(request: TokenRequest, document: GrantDocument, from: Queryable): Promise<void> {
  const { passwords, directory } = request.authority;
  if (passwords === undefined) return;
  const proof = await passwords.proofOf(grantUser(directory, document), from);
  if (proof === undefined || proof !== document.proof) throw new OAuthError("revokedGrant");
}

function checkTenant({ tenant }: Endpoint, { tenantId }: GrantDocument): void {
  if (!tenant.isAlias && tenant.tenantId !== tenantId) throw new OAuthError("foreignGrant", "tenant");
}

/** The user of a grant, who gets a token now and so is noted in the directory. */
export async function signedInUser(
  { authority: { directory } }: TokenRequest,
  document: GrantDocument,
): Promise<Principal> {
  return await directory.ensure(grantUser(directory, document));
}

function grantUser(directory: Directory, { objectId, tenantId }: GrantDocument): Principal {
  const user = usersOf(directory, tenantId).find((each) => each.objectId === objectId);
  if (user === undefined) throw new OAuthError("badGrant", "user");
  return user;
}

/**
 * A grant's user as the tenant of the URL knows them: clients take a refresh token from tenant to tenant. Under a strict
 * authority only the administrator has one password everywhere; of others the same name may be another person.
 */
export async function userInTenant(request: TokenRequest, document: GrantDocument): Promise<Principal> {
  const principal = await signedInUser(request, document);
  const { tenant } = request.endpoint;
  if (tenant.isAlias || tenant.tenantId === principal.tenantId) return principal;
  const { directory, isStrict } = request.authority;
  if (isStrict && principal.name !== administratorName) return principal;
  const user = findUser(directory, tenant.tenantId, principal.name);
  return user === undefined ? principal : await directory.ensure(user);
}
