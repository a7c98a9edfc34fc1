import type { Principal } from "../../store/principals.ts";
import type { Queryable } from "../../store/store.ts";
import type { Authority } from "../authority.ts";
import type { Endpoint } from "../endpoint.ts";
import { OAuthError } from "../oauth-error.ts";
import type { Parameters } from "../parameters.ts";
import type { Directory } from "../principals/directory.ts";
import { findRequestedAccess, type RequestedAccess } from "../tokens/requested-access.ts";
import type { Client } from "./client.ts";
import type { GrantDocument } from "./grants.ts";

/** A request to the token endpoint. */
export interface TokenRequest {
  readonly authority: Authority;
  readonly endpoint: Endpoint;
  readonly client: Client;
  readonly parameters: Parameters;
}

/** Answers a token request of one grant type. @throws OAuthError */
export type GrantType = (request: TokenRequest) => Promise<object>;

/** Refuses a grant that was given to another client, or under another tenant than the URL names. */
export function checkHolder({ client, endpoint: { tenant } }: TokenRequest, document: GrantDocument): void {
  if (document.clientId !== client.clientId) throw new OAuthError("foreignGrant", "client_id");
  if (!tenant.isAlias && tenant.tenantId !== document.tenantId) throw new OAuthError("foreignGrant", "tenant");
}

/**
 * Refuses, under a strict authority, a grant whose user has another password by now, and one that was given before the
 * authority was strict.
 */
export async function checkProof(request: TokenRequest, document: GrantDocument, from: Queryable): Promise<void> {
  const { passwords, directory } = request.authority;
  if (passwords === undefined) return;
  const proof = await passwords.proofOf(grantUser(directory, document), from);
  if (proof === undefined || proof !== document.proof) throw new OAuthError("revokedGrant");
}

/** The user of a grant, who gets a token and so is added to the directory. */
export async function signedInUser(
  { authority: { directory } }: TokenRequest,
  document: GrantDocument,
): Promise<Principal> {
  return await directory.ensure(grantUser(directory, document));
}

function grantUser(directory: Directory, { objectId, tenantId }: GrantDocument): Principal {
  const user = directory.usersOf(tenantId).find((each) => each.objectId === objectId);
  if (user === undefined) throw new OAuthError("badGrant", "user");
  return user;
}

/** The access that the request asks for, or else the one of the sign-in. */
export function accessNow({ parameters, endpoint }: TokenRequest, signedIn: RequestedAccess): RequestedAccess {
  const asked = findRequestedAccess(parameters, endpoint.version);
  const namesResource = asked !== undefined && (asked.scopes.length > 0 || parameters.has("resource"));
  return namesResource ? { ...asked, openId: [...new Set([...signedIn.openId, ...asked.openId])] } : signedIn;
}
