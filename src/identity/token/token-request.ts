import type { Principal } from "../../store/principals.ts";
import type { Authority } from "../authority.ts";
import type { Endpoint } from "../endpoint.ts";
import type { GrantDocument } from "../grants/refresh-tokens.ts";
import { administratorName } from "../local-principals.ts";
import { OAuthError } from "../oauth-error.ts";
import type { Parameters } from "../parameters.ts";
import { findUser, usersOf } from "../users.ts";
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

/** Refuses, under a strict authority, a grant from a time at which anybody could sign in as anybody. */
export function checkProof({ authority }: TokenRequest, { isProven = false }: GrantDocument): void {
  if (authority.isStrict && !isProven) throw new OAuthError("badGrant", "sign-in");
}

function checkTenant({ tenant }: Endpoint, { tenantId }: GrantDocument): void {
  if (!tenant.isAlias && tenant.tenantId !== tenantId) throw new OAuthError("foreignGrant", "tenant");
}

/** The user of a grant, who gets a token now and so is noted in the directory. */
export async function signedInUser(
  { authority: { directory } }: TokenRequest,
  { objectId, tenantId }: GrantDocument,
): Promise<Principal> {
  const user = usersOf(directory, tenantId).find((each) => each.objectId === objectId);
  if (user === undefined) throw new OAuthError("badGrant", "user");
  return await directory.ensure(user);
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
