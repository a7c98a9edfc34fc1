import { mayBeBrowser } from "../kernel/http-request.ts";
import { nameUuid } from "../kernel/ids.ts";
import { typeName, type ArmResponse, type ResourceType } from "./resource-type.ts";
import type { Exchange } from "./pipeline/exchange.ts";
import type { QuotaCounters } from "./quota.ts";
import { resourcesNamespace } from "./resource-id.ts";

/**
 * The headers of a response, names and values in turn, as Node.js writes them fastest: those that all responses have,
 * changed as its speaker does in Azure (recorded 2024 to 2026), and those of the response itself.
 */
export function headersOfResponse(
  exchange: Exchange,
  { speaker, status, headers }: Pick<ArmResponse, "speaker" | "status" | "headers">,
  quota: QuotaCounters,
): string[] {
  const isPrivateDns = speaker === "network" && exchange.type?.service === "privateDns";
  const isOwnRefusal = speaker === "gateway" && status >= 400;
  const list = isPrivateDns
    ? ["cache-control", "private"]
    : ["cache-control", "no-cache", "pragma", "no-cache", "expires", "-1"];
  addCommonHeaders(list, exchange);
  if (isPrivateDns) addPrivateDnsQuota(list, exchange, quota);
  // ARM's own refusals do not show the quota (recorded).
  else if (!isOwnRefusal) list.push(...exchange.quotaHeaders);
  if (speaker === "provider") list.push("x-rp-server-mvid", serverMvid);
  if (!isOwnRefusal) addIdentifier(list, exchange);
  addOwn(list, headers);
  return list;
}

function addOwn(list: string[], headers: ArmResponse["headers"]): void {
  if (headers === undefined) return;
  for (const name of Object.keys(headers)) setHeader(list, name, headers[name] ?? "");
}

/** Sets a header, in its place if it is there already. */
export function setHeader(list: string[], name: string, value: string): void {
  for (let at = 0; at < list.length; at += 2) {
    if (list[at] !== name) continue;
    list[at + 1] = value;
    return;
  }
  list.push(name, value);
}

/** The ids and headers that every response has (set recorded June 2026). */
function addCommonHeaders(list: string[], { requestId, correlationId, headers, startedAtMs }: Exchange): void {
  list.push("x-content-type-options", "nosniff");
  // A browser applies it to all ports of a host. For `localhost` it would make a developer's own plain-http servers
  // unreachable.
  if (!mayBeBrowser(headers)) list.push("strict-transport-security", "max-age=31536000; includeSubDomains");
  const routing = `${armRegion}:${compactStamp(startedAtMs)}:${correlationId}`;
  list.push("x-ms-request-id", requestId, "x-ms-correlation-request-id", correlationId);
  list.push("x-ms-routing-request-id", routing);
  const clientRequestId = headers["x-ms-client-request-id"];
  const echo = headers["x-ms-return-client-request-id"];
  if (typeof clientRequestId === "string" && typeof echo === "string" && echo.toLowerCase() === "true") {
    list.push("x-ms-client-request-id", clientRequestId);
  }
}

/**
 * In every response of a provider except to reads and lists of top-level tracked resources (recorded: 977 reads since 2024-09).
 */
function addIdentifier(list: string[], { method, caller, requestId, type }: Exchange): void {
  if (caller === undefined || type === undefined || isOfResourceManager(type)) return;
  const isRead = method === "GET" || method === "HEAD";
  if (isRead && type.tracked && type.types.length === 1) return;
  const identifier = `tenantId=${caller.tenantId},objectId=${caller.objectId}/local/${requestId}`;
  list.push("x-ms-operation-identifier", identifier);
}

/** Resource Manager serves groups, subscriptions, tags and locks itself (documented). */
const isOfResourceManager = (type: ResourceType): boolean =>
  type.namespace === resourcesNamespace ||
  (type.namespace === "Microsoft.Authorization" && typeName(type) === "Microsoft.Authorization/locks");

/** Private DNS has its own `cache-control`, and its own counter instead of the global ones (recorded, 116 responses). */
function addPrivateDnsQuota(list: string[], exchange: Exchange, quota: QuotaCounters): void {
  const { method, path, caller, quotaHeaders } = exchange;
  list.push(...quotaHeaders.slice(0, 2));
  const { subscriptionId } = path;
  if (subscriptionId === undefined || caller === undefined) return;
  list.push(...quota.takeOfPrivateDns({ method, subscriptionId, objectId: caller.objectId }));
}

/** The provider's build id: constant for a build, whatever the region (recorded). */
export const serverMvid = nameUuid("6ba7b811-9dad-11d1-80b4-00c04fd430c8", "cuprite");

/** The region that a local ARM reports. */
const armRegion = "LOCAL";

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
