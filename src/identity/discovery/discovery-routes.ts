import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Authority } from "../authority.ts";
import { endpointOf, pathParameter } from "../endpoint.ts";
import { queryParameters } from "../parameters.ts";
import { originOf } from "../request-origin.ts";
import { cloudMetadata, cloudMetadataVersions } from "./cloud-metadata.ts";
import { instanceDiscovery } from "./instance-discovery.ts";
import { openIdConfiguration } from "./openid-configuration.ts";

/** What clients read before they sign in; public, so pages of any site may read it too. */
export function addDiscoveryRoutes(scope: FastifyInstance, authority: Authority): void {
  scope.addHook("onRequest", async (_request, reply) => {
    reply.header("access-control-allow-origin", "*");
  });
  const wellKnown = ".well-known/openid-configuration";
  scope.get(`/:tenant/${wellKnown}`, (request) => openIdConfiguration(endpointOf(request, "1.0")));
  scope.get(`/:tenant/v2.0/${wellKnown}`, (request) => openIdConfiguration(endpointOf(request, "2.0")));
  scope.get("/:tenant/discovery/keys", () => ({ keys: authority.keys.publicJwks }));
  scope.get("/:tenant/discovery/v2.0/keys", () => ({ keys: authority.keys.publicJwks }));
  scope.get("/:tenant/discovery/instance", answerInstance);
  scope.get("/:tenant/userrealm/:user", answerUserRealm);
  scope.get("/metadata/endpoints", (request, reply) => answerMetadata(authority, { request, reply }));
}

function answerInstance(request: FastifyRequest): object {
  const authorizationEndpoint = queryParameters(request.url).get("authorization_endpoint");
  return instanceDiscovery({
    origin: originOf(request),
    tenant: pathParameter(request, "tenant"),
    ...(authorizationEndpoint === undefined ? {} : { authorizationEndpoint }),
  });
}

/** Says that every user's password is known here, and to no federated server. */
function answerUserRealm(request: FastifyRequest): object {
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
