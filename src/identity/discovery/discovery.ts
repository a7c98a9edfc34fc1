import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authority } from "../authority.ts";
import { endpointOf, idTokenIssuer, isPlainHost, originOf, pathParameter, type Endpoint } from "../endpoint.ts";
import { OAuthError } from "../oauth-error.ts";
import { queryParameters } from "../parameters.ts";
import { findTenant } from "../principals/local-principals.ts";
import { cloudMetadata, cloudMetadataVersions } from "./cloud-metadata.ts";

/** Adds what clients read before they sign in; public, so pages of any site may read it too. */
export function addDiscoveryRoutes(scope: FastifyInstance, authority: Authority): void {
  scope.addHook("onRequest", async (_request, reply) => {
    reply.header("access-control-allow-origin", "*");
  });
  const wellKnown = ".well-known/openid-configuration";
  scope.get(`/:tenant/${wellKnown}`, (request) => openIdConfiguration(endpointOf(request, "1.0")));
  scope.get(`/:tenant/v2.0/${wellKnown}`, (request) => openIdConfiguration(endpointOf(request, "2.0")));
  scope.get("/:tenant/discovery/keys", () => ({ keys: authority.keys.publicJwks }));
  scope.get("/:tenant/discovery/v2.0/keys", () => ({ keys: authority.keys.publicJwks }));
  scope.get("/:tenant/discovery/instance", instanceDiscovery);
  scope.get("/:tenant/userrealm/:user", userRealm);
  scope.get("/metadata/endpoints", (request, reply) => answerMetadata(authority, { request, reply }));
}

/** Names under which users of any tenant sign in: their issuer is a template, as in Azure. */
const openTenants: ReadonlySet<string> = new Set(["common", "organizations"]);

/** OpenID Connect discovery of a tenant, every URL on the origin of the request: clients compare issuer and authority. */
function openIdConfiguration(endpoint: Endpoint): object {
  const { origin, tenantSegment } = endpoint;
  const tenant = tenantSegment.toLowerCase();
  const base = `${origin}/${tenant}`;
  const isV2 = endpoint.version === "2.0";
  const oauth = `${base}/oauth2${isV2 ? "/v2.0" : ""}`;
  return {
    token_endpoint: `${oauth}/token`,
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    jwks_uri: `${base}/discovery${isV2 ? "/v2.0" : ""}/keys`,
    response_modes_supported: ["query", "fragment", "form_post"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    response_types_supported: ["code", "id_token", "code id_token", "token id_token", "token"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    issuer: idTokenIssuer(endpoint, openTenants.has(tenant) ? "{tenantid}" : undefined),
    request_uri_parameter_supported: false,
    authorization_endpoint: `${oauth}/authorize`,
    device_authorization_endpoint: `${oauth}/devicecode`,
    code_challenge_methods_supported: ["S256"],
    claims_supported: [
      ..."sub iss aud exp iat nonce at_hash c_hash name tid oid ver".split(" "),
      ...(isV2 ? ["preferred_username"] : ["unique_name", "upn", "amr"]),
    ],
    tenant_region_scope: null,
    cloud_instance_name: new URL(origin).host,
  };
}

/**
 * Confirms the authority that a client was configured with. The client may have been redirected here instead of to
 * login.microsoftonline.com, so the authority that it asks about, not the one that it called, is the preferred one.
 */
function instanceDiscovery(request: FastifyRequest): object {
  const origin = originOf(request);
  const asked = readAuthorityUrl(
    queryParameters(request.url).get("authorization_endpoint") ?? `${origin}/${pathParameter(request, "tenant")}/`,
  );
  const aliases = new Set([asked.host, new URL(origin).host, "login.microsoftonline.com"]);
  return {
    tenant_discovery_endpoint: `https://${asked.host}/${asked.tenant}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: asked.host, preferred_cache: asked.host, aliases: [...aliases] }],
  };
}

function readAuthorityUrl(text: string): { host: string; tenant: string } {
  const url = URL.parse(text);
  const tenant = url?.pathname.split("/")[1] ?? "";
  const isOurs = url?.protocol === "https:" && url.username === "" && url.password === "" && isPlainHost(url.host);
  if (url === null || !isOurs || findTenant(tenant) === undefined) throw new OAuthError("unknownInstance", text);
  return { host: url.host, tenant: tenant.toLowerCase() };
}

/** Every user is managed here, and none by a federated server. */
function userRealm(request: FastifyRequest): object {
  const user = pathParameter(request, "user");
  return {
    ver: "1.0",
    account_type: "Managed",
    domain_name: user.slice(user.lastIndexOf("@") + 1),
    cloud_instance_name: new URL(originOf(request)).host,
    cloud_audience_urn: "urn:federation:MicrosoftOnline",
  };
}

function answerMetadata(
  { addresses }: Authority,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): object {
  const origin = originOf(request);
  const asked = queryParameters(request.url).get("api-version");
  const version = cloudMetadataVersions.find((known) => known === asked);
  if (version !== undefined) return cloudMetadata(version, { origin, isOwn: addresses.isOwnOrigin(origin) });
  reply.code(400);
  return { error: asked === undefined ? missingVersion : unknownVersion(asked) };
}

const missingVersion = {
  code: "MissingApiVersionParameter",
  message: "The api-version query parameter (?api-version=) is required for all requests.",
} as const;

const unknownVersion = (asked: string): object => ({
  code: "InvalidApiVersionParameter",
  message: `The api-version '${asked}' is invalid. The supported versions are '${cloudMetadataVersions.join(",")}'.`,
});
