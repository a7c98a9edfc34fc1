import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authority } from "../authority.ts";
import { endpointOf, issuingOriginOf } from "../endpoint.ts";
import { formOf } from "../form.ts";
import { giveDeviceCode } from "./device.ts";
import { identityLimits, lifetimes } from "../limits.ts";
import { requestedAccess } from "../tokens/requested-access.ts";
import type { EndpointVersion } from "../tokens/requested-access.ts";
import { checkClientId, readClient } from "./client.ts";
import { checkSecret } from "./client-secret.ts";
import { grantTokens } from "./grant-types.ts";

/** The endpoints that programs call: for tokens, and for a code with which a device asks a person to sign in. */
export function addTokenRoutes(scope: FastifyInstance, authority: Authority): void {
  scope.post("/:tenant/oauth2/token", (request, reply) => answerToken(authority, "1.0", { request, reply }));
  scope.post("/:tenant/oauth2/v2.0/token", (request, reply) => answerToken(authority, "2.0", { request, reply }));
  scope.post("/:tenant/oauth2/devicecode", (request) => answerDevice(authority, "1.0", request));
  scope.post("/:tenant/oauth2/v2.0/devicecode", (request) => answerDevice(authority, "2.0", request));
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
  issuingOriginOf(authority, request);
  const endpoint = endpointOf(request, version);
  const parameters = formOf(request);
  const sent = readClient(parameters, request.headers.authorization, authority.clock.nowMs());
  if (authority.isStrict) await checkSecret(authority, sent, endpoint.tenant.tenantId);
  return await grantTokens({ authority, endpoint, client: sent.client, parameters });
}

/** RFC 8628 §3.2; v1 clients look for `verification_url`. */
async function answerDevice(authority: Authority, version: EndpointVersion, request: FastifyRequest): Promise<object> {
  const origin = issuingOriginOf(authority, request);
  const { tenant } = endpointOf(request, version);
  const parameters = formOf(request);
  const clientId = checkClientId(parameters.get("client_id"));
  const access = requestedAccess(parameters, version);
  const codes = await giveDeviceCode(authority, { clientId, tenantId: tenant.tenantId, access });
  const page = `${origin}/devicelogin`;
  return {
    user_code: codes.userCode,
    device_code: codes.deviceCode,
    verification_uri: page,
    ...(version === "1.0" ? { verification_url: page } : {}),
    expires_in: lifetimes.deviceCodeSeconds,
    interval: identityLimits.devicePollSeconds,
    message: `To sign in, use a web browser to open the page ${page} and enter the code ${codes.userCode} to authenticate.`,
  };
}
