import { nameUuid } from "../kernel/ids.ts";
import { resourcesNamespace } from "./arm-path.ts";
import type { ArmResponse } from "./arm-response.ts";
import type { Exchange } from "./pipeline/exchange.ts";
import type { QuotaCounters } from "./quota.ts";
import { typeName } from "./resource-type.ts";
import type { ResourceType } from "./resource-type.ts";

/** The headers that who answers adds to those of every answer, or has in their place (recorded 2024 to 2026). */
export function answerHeaders(
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
 * On every answer of a provider except reads and lists of top-level tracked resources (recorded: 977 reads since 2024-09).
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

/** Private DNS caches by itself, and counts its requests in the place of the global counters (recorded, 116 answers). */
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

/** ARM's own refusals tell nothing of the quota (recorded). */
function withoutQuota({ responseHeaders }: Exchange): Record<string, string> {
  const kept = Object.entries(responseHeaders).filter(([name]) => !name.startsWith("x-ms-ratelimit"));
  return Object.fromEntries(kept);
}

/** The provider's build id: constant for a build, whatever the region (recorded). */
export const serverMvid = nameUuid("6ba7b811-9dad-11d1-80b4-00c04fd430c8", "cuprite");
