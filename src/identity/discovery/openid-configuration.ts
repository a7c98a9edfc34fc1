import { idTokenIssuer } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";

/** Names under which users of any tenant sign in: their issuer is a template, as in Azure. */
const openTenants: ReadonlySet<string> = new Set(["common", "organizations"]);

/** OpenID Connect discovery of a tenant, every URL on the origin of the request: clients compare issuer and authority. */
export function openIdConfiguration(endpoint: Endpoint): object {
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
    claims_supported: [...commonClaims, ...(isV2 ? ["preferred_username"] : ["unique_name", "upn", "amr"])],
    tenant_region_scope: null,
    cloud_instance_name: new URL(origin).host,
  };
}

const commonClaims = [
  "sub",
  "iss",
  "aud",
  "exp",
  "iat",
  "nonce",
  "at_hash",
  "c_hash",
  "name",
  "tid",
  "oid",
  "ver",
] as const;
