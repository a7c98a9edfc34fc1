import { OAuthError } from "../oauth-error.ts";
import { isPlainHost } from "../request-origin.ts";
import { findTenant } from "../principals/tenants.ts";

/**
 * Tells a client that the authority it was configured with is known. The client may have been led here in place of
 * login.microsoftonline.com, so the authority that it asks about, not the one it called, is the preferred one.
 */
export function instanceDiscovery(request: { origin: string; tenant: string; authorizationEndpoint?: string }): object {
  const asked = readEndpoint(request.authorizationEndpoint ?? `${request.origin}/${request.tenant}/`);
  const aliases = new Set([asked.host, new URL(request.origin).host, "login.microsoftonline.com"]);
  return {
    tenant_discovery_endpoint: `https://${asked.host}/${asked.tenant}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: asked.host, preferred_cache: asked.host, aliases: [...aliases] }],
  };
}

function readEndpoint(text: string): { host: string; tenant: string } {
  const url = URL.parse(text);
  const tenant = url?.pathname.split("/")[1] ?? "";
  const isOurs = url?.protocol === "https:" && url.username === "" && url.password === "" && isPlainHost(url.host);
  if (url === null || !isOurs || findTenant(tenant) === undefined) throw new OAuthError("unknownInstance", text);
  return { host: url.host, tenant: tenant.toLowerCase() };
}
