import { isUuid } from "../../kernel/ids.ts";
import { identityLimits } from "../limits.ts";
import { OAuthError } from "../oauth-error.ts";
import { required, type Parameters } from "../parameters.ts";

/** The two shapes of Azure's authority: v1 takes a `resource`, v2 a `scope`. */
export type EndpointVersion = "1.0" | "2.0";

/** What a client wants tokens for. */
export interface RequestedAccess {
  /** The audience of the access token, spelled as asked for. */
  readonly resource: string;
  /** The resource's scopes as asked for, `<resource>/<name>`; empty where only a resource was named. */
  readonly scopes: readonly string[];
  /** OpenID Connect's own scopes that the client asked for. */
  readonly openId: readonly string[];
}

/** The audience of `user_impersonation` without a resource, and of v1 sign-ins that name no resource. */
export const defaultResource = "https://management.azure.com/";
const graphResource = "https://graph.microsoft.com";
const openIdScopes: ReadonlySet<string> = new Set(["openid", "profile", "email", "offline_access"]);

/** Reads `resource` or `scope`, whichever the client sent; undefined when it sent neither. */
export function findRequestedAccess(parameters: Parameters, version: EndpointVersion): RequestedAccess | undefined {
  const resource = parameters.get("resource");
  if (version === "1.0" && resource !== undefined) return accessToResource(resource);
  const scope = parameters.get("scope");
  return scope === undefined ? undefined : parseScope(scope);
}

/** As `findRequestedAccess`. @throws OAuthError where the client sent neither. */
export function requestedAccess(parameters: Parameters, version: EndpointVersion): RequestedAccess {
  const found = findRequestedAccess(parameters, version);
  return found ?? parseScope(required(parameters, version === "1.0" ? "resource" : "scope"));
}

/** The access that `resource=<audience>` asks for: in v1 users always get an id token and a refresh token. */
export function accessToResource(resource: string): RequestedAccess {
  if (!isResource(resource)) throw new OAuthError("badResource", resource);
  return { resource, scopes: [], openId: ["openid", "offline_access"] };
}

/** Reads a v2 scope: `<resource>/<name>` of one resource, besides OpenID Connect's own. */
export function parseScope(scope: string): RequestedAccess {
  const all = scope.split(" ").filter((part) => part !== "");
  const scopes = all.filter((part) => !openIdScopes.has(part));
  const resources = new Set(scopes.map(resourceOf));
  if (resources.size > 1) throw new OAuthError("severalResources", scope);
  return {
    resource: [...resources][0] ?? graphResource,
    scopes,
    openId: all.filter((part) => openIdScopes.has(part)),
  };
}

/** The last slash separates resource and name, so `https://management.core.windows.net//.default` keeps one (MSAL's rule). */
function resourceOf(scope: string): string {
  const slashAt = scope.lastIndexOf("/");
  if (slashAt === -1) return scope === "user_impersonation" ? defaultResource : graphResource;
  const resource = scope.slice(0, slashAt);
  if (slashAt === scope.length - 1 || !isResource(resource)) throw new OAuthError("badScope", scope);
  return resource;
}

/** An application id or URI, either of which may end in a slash. */
const isResource = (text: string): boolean =>
  text.length <= identityLimits.maxResourceLength &&
  /^\S+$/.test(text) &&
  (isUuid(text.replace(/\/$/, "")) || URL.canParse(text));

/** The claim `scp` of a user's token, e.g. `user_impersonation`. */
export function scopeNames(access: RequestedAccess): string {
  const names = access.scopes.map((scope) => scope.slice(scope.lastIndexOf("/") + 1));
  const granted = names.map((name) => (name === ".default" ? "user_impersonation" : name));
  return [...new Set(granted.length === 0 ? ["user_impersonation"] : granted)].join(" ");
}

/** The `scope` of a token response: clients look for exactly the scopes that they asked for. */
export function grantedScope(access: RequestedAccess, version: EndpointVersion): string {
  if (version === "1.0") return scopeNames(access);
  const expanded = access.scopes
    .filter((scope) => scope.endsWith("/.default"))
    .map((scope) => `${scope.slice(0, -".default".length)}user_impersonation`);
  const openId = access.openId.filter((scope) => scope !== "offline_access");
  return [...new Set([...openId, ...expanded, ...access.scopes])].join(" ");
}
