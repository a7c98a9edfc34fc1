import { readPageRequest } from "../../../arm/paging.ts";
import type { PageRequest } from "../../../arm/paging.ts";
import { dnsLimits } from "./dns-limits.ts";

/** Reads `$top` and `$skipToken`; a list of private DNS that asks for no number gets a hundred (published). */
export function readDnsPage(query: URLSearchParams): PageRequest {
  const page = readPageRequest(query);
  return query.has("$top") ? page : { ...page, limit: dnsLimits.pageItems };
}
