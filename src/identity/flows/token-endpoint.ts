import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authority } from "../authority.ts";
import { endpointOf, issuingOriginOf } from "../endpoint.ts";
import { OAuthError } from "../oauth-error.ts";
import { formOf, required } from "../parameters.ts";
import { servicePrincipal } from "../principals/local-principals.ts";
import { requestedAccess, type EndpointVersion } from "../tokens/requested-access.ts";
import { authorizationCode } from "./authorization-code.ts";
import { checkSecret, readClient } from "./client.ts";
import { deviceCode } from "./device.ts";
import { firstRefreshToken, refreshToken } from "./refresh-token.ts";
import { answerApplication, answerUser } from "./token-answer.ts";
import type { GrantType } from "./token-request.ts";

/** Adds the endpoint at which programs get tokens. */
export function addTokenRoutes(scope: FastifyInstance, authority: Authority): void {
  scope.post("/:tenant/oauth2/token", (request, reply) => answerToken(authority, "1.0", { request, reply }));
  scope.post("/:tenant/oauth2/v2.0/token", (request, reply) => answerToken(authority, "2.0", { request, reply }));
}

async function answerToken(
  authority: Authority,
  version: EndpointVersion,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<object> {
  const { origin } = request.headers;
  if (origin !== undefined && authority.redirectUris.isClientOrigin(origin)) {
    reply.headers({ "access-control-allow-origin": origin, vary: "Origin" });
  }
  issuingOriginOf(authority.addresses, request);
  const endpoint = endpointOf(request, version);
  const parameters = formOf(request);
  const sent = readClient(parameters, request.headers.authorization, authority.clock.nowMs());
  if (authority.isStrict) await checkSecret(authority, sent, endpoint.tenant.tenantId);
  const name = required(parameters, "grant_type");
  const grantType = grantTypes.get(name);
  if (grantType === undefined) throw new OAuthError("unsupportedGrantType", name);
  return await grantType({ authority, endpoint, client: sent.client, parameters });
}

/** RFC 6749 §4.4: a client for itself; in v2 always for everything that it may do (`/.default`). */
const clientCredentials: GrantType = async (request) => {
  const { authority, endpoint, client, parameters } = request;
  if (client.authentication === "public") throw new OAuthError("missingCredential");
  const access = requestedAccess(parameters, endpoint.version);
  const partial = access.scopes.find((scope) => !scope.endsWith("/.default"));
  if (partial !== undefined) throw new OAuthError("notDefaultScope", partial);
  const principal = await authority.directory.ensure(servicePrincipal(endpoint.tenant.tenantId, client.clientId));
  return await answerApplication(request, { principal, access });
};

/** RFC 6749 §4.3: every user with any password, or under a strict authority with their own. */
const password: GrantType = async (request) => {
  const { authority, endpoint, client, parameters } = request;
  const name = required(parameters, "username");
  const sent = required(parameters, "password");
  const { tenantId } = endpoint.tenant;
  const user = authority.directory.findUser(tenantId, name);
  if (user === undefined) throw new OAuthError("unknownUser", knownUsers(authority, tenantId));
  const access = requestedAccess(parameters, endpoint.version);
  await authority.passwords?.check(user, sent);
  const principal = await authority.directory.ensure(user);
  const proof = await authority.passwords?.proofOf(principal);
  const grant = { clientId: client.clientId, tenantId, objectId: principal.objectId, access, proof };
  return await answerUser(request, { principal, access, refreshToken: await firstRefreshToken(authority, grant) });
};

/** The users who exist, for a sentence; none under a strict authority, where they are not for everybody to know. */
function knownUsers({ directory, isStrict }: Authority, tenantId: string): string {
  const names = isStrict ? [] : directory.usersOf(tenantId).map(({ name }) => name);
  return names.length === 0 ? "" : ` The local test users are ${names.join(", ")}.`;
}

const grantTypes: ReadonlyMap<string, GrantType> = new Map([
  ["client_credentials", clientCredentials],
  ["authorization_code", authorizationCode],
  ["refresh_token", refreshToken],
  ["urn:ietf:params:oauth:grant-type:device_code", deviceCode],
  // The name that v1 clients use.
  ["device_code", deviceCode],
  ["password", password],
]);
