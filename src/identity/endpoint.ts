import type { Authority } from "./authority.ts";
import type { FastifyRequest } from "fastify";
import { isUuid, newUuid } from "../kernel/ids.ts";
import type { Clock } from "../kernel/clock.ts";
import { OAuthError } from "./oauth-error.ts";
import type { Trace } from "./oauth-error.ts";
import { originOf } from "./request-origin.ts";
import type { EndpointVersion } from "./tokens/requested-access.ts";
import { findTenant } from "./principals/tenants.ts";
import type { NamedTenant } from "./principals/tenants.ts";

/** Which of the authority's endpoints a request came to. */
export interface Endpoint {
  readonly origin: string;
  readonly tenant: NamedTenant;
  /** The tenant as the URL spells it. */
  readonly tenantSegment: string;
  readonly version: EndpointVersion;
}

/** Reads host and tenant of a request to `/:tenant/…`. */
export function endpointOf(request: FastifyRequest, version: EndpointVersion): Endpoint {
  const origin = originOf(request);
  const tenantSegment = pathParameter(request, "tenant");
  return endpointFor({ origin, tenantSegment, version });
}

/**
 * The origin of a request for tokens: an id token names its issuer by it, so that it must have a name of ours. Everything
 * else that follows the Host header reaches only who sent it.
 */
export function issuingOriginOf({ addresses }: Pick<Authority, "addresses">, request: FastifyRequest): string {
  const origin = originOf(request);
  if (!addresses.hasOwnName(origin)) throw new OAuthError("foreignHost", request.host);
  return origin;
}

/** The endpoint of a tenant on an origin. */
export function endpointFor(address: Omit<Endpoint, "tenant">): Endpoint {
  const tenant = findTenant(address.tenantSegment);
  if (tenant === undefined) throw new OAuthError("unknownTenant", address.tenantSegment);
  return { ...address, tenant };
}

/** A named segment of the route's path. */
export function pathParameter(request: FastifyRequest, name: string): string {
  const values = request.params as Readonly<Record<string, string | undefined>>;
  return values[name] ?? "";
}

/** The issuer of id tokens, on the origin of the request, as clients compare it with the authority's. */
export function idTokenIssuer({ origin, tenant, version }: Endpoint, tenantId = tenant.tenantId): string {
  if (tenant.isAdfs) return `${origin}/adfs`;
  return version === "2.0" ? `${origin}/${tenantId}/v2.0` : `${origin}/${tenantId}/`;
}

/** The ids of a request, for an answer that refuses it; the client's own correlation id where it sent one, in either place. */
export function traceOf(request: FastifyRequest, clock: Clock): Trace {
  const queryAt = request.url.indexOf("?") + 1;
  const inQuery = queryAt === 0 ? null : new URLSearchParams(request.url.slice(queryAt)).get("client-request-id");
  const sent = request.headers["client-request-id"] ?? inQuery;
  const correlationId = typeof sent === "string" && isUuid(sent) ? sent : newUuid();
  return { traceId: newUuid(), correlationId, nowMs: clock.nowMs() };
}
