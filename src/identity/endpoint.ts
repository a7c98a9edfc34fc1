import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Clock } from "../kernel/clock.ts";
import { isUuid, newUuid } from "../kernel/ids.ts";
import type { Log } from "../kernel/log.ts";
import { isHostAndPort, pathOfTarget } from "../kernel/http-request.ts";
import { OAuthError, type Trace } from "./oauth-error.ts";
import { findTenant, type NamedTenant } from "./principals/local-principals.ts";
import type { AddressCheck } from "./tokens/audiences.ts";
import type { EndpointVersion } from "./tokens/requested-access.ts";

/** The endpoint of the authority that a request was sent to. */
export interface Endpoint {
  readonly origin: string;
  readonly tenant: NamedTenant;
  /** The tenant as the URL spells it. */
  readonly tenantSegment: string;
  readonly version: EndpointVersion;
}

/** Reads host and tenant of a request to `/:tenant/…`. */
export const endpointOf = (request: FastifyRequest, version: EndpointVersion): Endpoint =>
  endpointFor({ origin: originOf(request), tenantSegment: pathParameter(request, "tenant"), version });

/** The endpoint of a tenant on an origin. @throws OAuthError for an unknown tenant. */
export function endpointFor(address: Omit<Endpoint, "tenant">): Endpoint {
  const tenant = findTenant(address.tenantSegment);
  if (tenant === undefined) throw new OAuthError("unknownTenant", address.tenantSegment);
  return { ...address, tenant };
}

/**
 * The origin of a request for tokens. It becomes the issuer of id tokens, so it must be one of this server's names.
 * Everything else that is built from the Host header is only sent back to the client that chose it.
 */
export function issuingOriginOf(addresses: AddressCheck, request: FastifyRequest): string {
  const origin = originOf(request);
  if (!addresses.hasOwnName(origin)) throw new OAuthError("foreignHost", request.host);
  return origin;
}

/** The HTTPS origin that the client addressed, in lower case and without the default port. */
export function originOf(request: FastifyRequest): string {
  if (!isPlainHost(request.host)) {
    throw new OAuthError("badParameter", "the Host header is not a host name with an optional port");
  }
  return new URL(`https://${request.host}/`).origin;
}

/** Whether text is a host name or address with an optional port, without anything that could change a URL's meaning. */
export const isPlainHost = (text: string): boolean => isHostAndPort(text) && URL.canParse(`https://${text}/`);

/** A named segment of the route's path. */
export function pathParameter(request: FastifyRequest, name: string): string {
  const values = request.params as Readonly<Record<string, string | undefined>>;
  return values[name] ?? "";
}

/** The issuer of id tokens, on the origin of the request: clients compare it with the authority they were given. */
export function idTokenIssuer({ origin, tenant, version }: Endpoint, tenantId = tenant.tenantId): string {
  if (tenant.isAdfs) return `${origin}/adfs`;
  return version === "2.0" ? `${origin}/${tenantId}/v2.0` : `${origin}/${tenantId}/`;
}

/** The ids of a request, for a refusal; the client's own correlation id where its header or query has one. */
export function traceOf(request: FastifyRequest, clock: Clock): Trace {
  const queryAt = request.url.indexOf("?") + 1;
  const inQuery = queryAt === 0 ? null : new URLSearchParams(request.url.slice(queryAt)).get("client-request-id");
  const sent = request.headers["client-request-id"] ?? inQuery;
  const correlationId = typeof sent === "string" && isUuid(sent) ? sent : newUuid();
  return { traceId: newUuid(), correlationId, nowMs: clock.nowMs() };
}

/** The 4xx status of an error that Fastify itself raised, such as for a body that is too long or of another media type. */
export function clientFault(cause: unknown): number | undefined {
  const status = cause instanceof Error && "statusCode" in cause ? cause.statusCode : undefined;
  return typeof status === "number" && status >= 400 && status < 500 ? status : undefined;
}

/** Logs one line for each request at level debug, without what may be secret. Above that level it adds no hook. */
export function logRequests(app: FastifyInstance, log: Log): void {
  if (!log.isLevelEnabled("debug")) return;
  app.addHook("onResponse", async ({ method, url }, { statusCode: status, elapsedTime }) => {
    log.debug({ method, path: pathOfTarget(url), status, ms: Math.round(elapsedTime) }, "Answered.");
  });
}
