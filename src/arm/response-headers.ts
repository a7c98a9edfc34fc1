import { mayBeBrowser } from "../kernel/http-request.ts";
import { nameUuid } from "../kernel/ids.ts";
import { typeName, type ArmResponse, type ResourceType } from "./resource-type.ts";
import type { Exchange, Step } from "./pipeline/exchange.ts";
import type { QuotaCounters } from "./quota.ts";
import { resourcesNamespace } from "./resource-id.ts";

/** The headers of a response: those that all responses have, changed as its speaker does in Azure (recorded 2024 to 2026). */
export function headersOfResponse(
  exchange: Exchange,
  { speaker, status }: Pick<ArmResponse, "speaker" | "status">,
  quota: QuotaCounters,
): Record<string, string> {
  const { responseHeaders, type } = exchange;
  if (speaker === "gateway") {
    return status >= 400 ? withoutQuota(exchange) : { ...responseHeaders, ...identifierHeader(exchange) };
  }
  if (speaker === "provider") {
    return { ...responseHeaders, "x-rp-server-mvid": serverMvid, ...identifierHeader(exchange) };
  }
  const usual = type?.service === "privateDns" ? privateDnsHeaders(exchange, quota) : responseHeaders;
  return { ...usual, ...identifierHeader(exchange) };
}

/**
 * In every response of a provider except to reads and lists of top-level tracked resources (recorded: 977 reads since 2024-09).
 */
function identifierHeader({ method, caller, requestId, type }: Exchange): Record<string, string> {
  if (caller === undefined || type === undefined || isOfResourceManager(type)) return {};
  const isRead = method === "GET" || method === "HEAD";
  if (isRead && type.tracked && type.types.length === 1) return {};
  return { "x-ms-operation-identifier": `tenantId=${caller.tenantId},objectId=${caller.objectId}/local/${requestId}` };
}

/** Resource Manager serves groups, subscriptions, tags and locks itself (documented). */
const isOfResourceManager = (type: ResourceType): boolean =>
  type.namespace === resourcesNamespace || typeName(type) === "Microsoft.Authorization/locks";

/** Private DNS has its own `cache-control`, and its own counter instead of the global ones (recorded, 116 responses). */
function privateDnsHeaders({ responseHeaders, method, path, caller }: Exchange, quota: QuotaCounters) {
  const { pragma: _pragma, expires: _expires, ...others } = responseHeaders;
  const kept = Object.entries(others).filter(
    ([name]) => !name.startsWith("x-ms-ratelimit-remaining-subscription-global"),
  );
  const { subscriptionId } = path;
  const left =
    subscriptionId === undefined || caller === undefined
      ? {}
      : quota.takeOfPrivateDns({ method, subscriptionId, objectId: caller.objectId });
  return { ...Object.fromEntries(kept), "cache-control": "private", ...left };
}

/** ARM's own refusals do not show the quota (recorded). */
function withoutQuota({ responseHeaders }: Exchange): Record<string, string> {
  const kept = Object.entries(responseHeaders).filter(([name]) => !name.startsWith("x-ms-ratelimit"));
  return Object.fromEntries(kept);
}

/** The provider's build id: constant for a build, whatever the region (recorded). */
export const serverMvid = nameUuid("6ba7b811-9dad-11d1-80b4-00c04fd430c8", "cuprite");

/** The region that a local ARM reports. */
const armRegion = "LOCAL";

const constantHeaders = {
  "cache-control": "no-cache",
  pragma: "no-cache",
  expires: "-1",
  "x-content-type-options": "nosniff",
} as const;

/** Sets the ids and headers that every response has (set recorded June 2026). */
export const setCommonHeaders: Step = (exchange) => {
  const { responseHeaders, requestId, correlationId, headers } = exchange;
  Object.assign(responseHeaders, constantHeaders);
  // A browser applies it to all ports of a host. For `localhost` it would make a developer's own plain-http servers
  // unreachable.
  if (!mayBeBrowser(headers)) responseHeaders["strict-transport-security"] = "max-age=31536000; includeSubDomains";
  responseHeaders["x-ms-request-id"] = requestId;
  responseHeaders["x-ms-correlation-request-id"] = correlationId;
  responseHeaders["x-ms-routing-request-id"] = `${armRegion}:${compactStamp(exchange.startedAtMs)}:${correlationId}`;
  const clientRequestId = headers["x-ms-client-request-id"];
  const echo = headers["x-ms-return-client-request-id"];
  if (typeof clientRequestId === "string" && typeof echo === "string" && echo.toLowerCase() === "true") {
    responseHeaders["x-ms-client-request-id"] = clientRequestId;
  }
  return undefined;
};

let stamped = { second: -1, stamp: "" };

/** `20260623T103249Z`; requests of one second share it. */
function compactStamp(atMs: number): string {
  const second = Math.floor(atMs / 1_000);
  if (second !== stamped.second) {
    const iso = new Date(second * 1_000).toISOString();
    stamped = { second, stamp: `${iso.slice(0, 19).replaceAll(/[-:]/g, "")}Z` };
  }
  return stamped.stamp;
}
