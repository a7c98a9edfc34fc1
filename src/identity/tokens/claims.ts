import { isUuid } from "../../kernel/ids.ts";
import { isJsonObject } from "../../kernel/json.ts";
import type { Principal } from "../../store/principals.ts";
import { defaultAccess } from "../principals/local-principals.ts";
import type { EndpointVersion } from "./requested-access.ts";

/** How a client proved who it is: not at all, by a secret or by an assertion; the number is the claim `appidacr`. */
const appidacr = { public: "0", secret: "1", assertion: "2" } as const;
export type ClientAuthentication = keyof typeof appidacr;

/** Whom a token is for and which client asked for it. */
export interface TokenSubject {
  readonly principal: Principal;
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
}

/** The issuer of a tenant's access tokens; the same on every origin, as in Azure. */
export const accessTokenIssuer = (tenantId: string): string => `https://sts.windows.net/${tenantId}/`;

/** The claims of an access token about its bearer; audience and times are added when it is signed. */
export function accessTokenClaims({ principal, ...client }: TokenSubject, scope: string): Record<string, unknown> {
  const common = { ...identityClaims(principal), appidacr: appidacr[client.authentication], ver: "1.0" };
  if (principal.kind === "User") {
    const user = { ...signInClaims(principal), idtyp: "user", acr: "1", name: principal.displayName };
    return { ...common, ...user, appid: client.clientId, scp: scope };
  }
  const app = { ...common, idtyp: "app", appid: principal.appId };
  return principal.kind === "ManagedIdentity" ? { ...app, xms_mirid: principal.displayName } : app;
}

/** The claims of an id token about its user, in the shape of the endpoint that issues it. */
export function idTokenClaims(principal: Principal, version: EndpointVersion): Record<string, unknown> {
  const common = { ...identityClaims(principal), name: principal.displayName, ver: version };
  return version === "2.0"
    ? { ...common, preferred_username: principal.name }
    : { ...common, ...signInClaims(principal) };
}

const identityClaims = ({ objectId, tenantId }: Principal): object => ({
  idp: accessTokenIssuer(tenantId),
  oid: objectId,
  sub: objectId,
  tid: tenantId,
});

const signInClaims = ({ name }: Principal): object => ({ amr: ["pwd"], unique_name: name, upn: name });

/** What the check of a token needs of its claims; times in milliseconds. */
export interface CheckedClaims {
  readonly issuer: string;
  readonly audience: string;
  readonly notBeforeMs: number;
  readonly expiresAtMs: number;
  /** The token's bearer, for a directory that does not have it yet. */
  readonly principal: Principal;
}

/** Reads the claims of an access token of ours; undefined where they do not have that shape. */
export function readAccessTokenClaims(payload: unknown): CheckedClaims | undefined {
  if (!isJsonObject(payload)) return undefined;
  const { iss, aud, nbf, exp, oid, tid, appid } = payload;
  if (typeof iss !== "string" || typeof aud !== "string" || typeof nbf !== "number" || typeof exp !== "number") {
    return undefined;
  }
  if (typeof oid !== "string" || typeof tid !== "string" || typeof appid !== "string" || !isUuid(oid) || !isUuid(tid)) {
    return undefined;
  }
  const principal = bearer({ ...payload, oid, tid, appid });
  return { issuer: iss, audience: aud, notBeforeMs: nbf * 1000, expiresAtMs: exp * 1000, principal };
}

function bearer(claims: Readonly<Record<string, unknown>> & { oid: string; tid: string; appid: string }): Principal {
  const { oid, tid, appid, idtyp, upn, name, xms_mirid: resourceId } = claims;
  const identity = { objectId: oid, tenantId: tid };
  if (idtyp === "user") {
    const userName = typeof upn === "string" ? upn : oid;
    const displayName = typeof name === "string" ? name : userName;
    const access = defaultAccess({ kind: "User", name: userName });
    return { ...identity, kind: "User", name: userName, displayName, appId: "", access };
  }
  const kind = typeof resourceId === "string" ? "ManagedIdentity" : "ServicePrincipal";
  const displayName = typeof resourceId === "string" ? resourceId : appid;
  const access = defaultAccess({ kind, name: appid });
  return { ...identity, kind, name: appid, displayName, appId: appid, access };
}
