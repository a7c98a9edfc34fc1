import { networkResponse } from "../../../arm/resource-type.ts";
import type { ArmRequest, ArmResponse, Query, ResourceType, TypeOperations } from "../../../arm/resource-type.ts";
import { bodySchema } from "../../../arm/body-schema.ts";
import { locationRequired, typeLocationNotAvailable } from "../../../arm/errors.ts";
import { beginWork, type Dialect, type Settling } from "../../../arm/lifecycle.ts";
import { operationHeaders, type FollowUp } from "../../../arm/long-running.ts";
import { readPageRequest, type PageRequest } from "../../../arm/paging.ts";
import { isSame, scopeId } from "../../../arm/resource-id.ts";
import type { Tags } from "../../../arm/tags.ts";
import { nameUuid } from "../../../kernel/ids.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { StoredResource, Transaction } from "../../../store/store.ts";
import { etagHeader, readResponse, networkType, type NetworkServices } from "../network-type.ts";
import { conditionNotSatisfied } from "./dns-errors.ts";

/*
 * What zones, their links and their record sets have in common, and other types of Microsoft.Network do not.
 */

export type DnsServices = Omit<NetworkServices, "target">;

/** A write in progress. */
export interface DnsWrite {
  readonly services: DnsServices;
  readonly request: ArmRequest;
  readonly tx: Transaction;
  readonly nowMs: number;
}

/** Azure's clients find the work done when they poll once after Retry-After (recorded). */
export const azureDurationMs = 30_000;

/** A type of private DNS, which is in no region. */
export const dnsType = (types: readonly string[], operations: TypeOperations): ResourceType => ({
  ...networkType(types, operations),
  locations: ["global"],
  service: "privateDns",
});

/** The fields that zones, links and record sets share; `guid` is used for etags and not shown. */
export interface DnsDocument {
  readonly name: string;
  readonly guid: string;
}

/** The fields that zones and links share. */
export interface TrackedDnsDocument extends DnsDocument, Settling {
  readonly location: "global";
  readonly tags: Tags | undefined;
}

/** How private DNS responds; a deletion cancels the operations in progress, and lists have pages. */
export const dnsDialect = (services: DnsServices): Dialect => ({
  ...services,
  readResponse: readResponse,
  listResponse: () => networkResponse(200),
  writeResponse: (request, written) => dnsAnswer(services, request, written),
  deleteResponse: (request, { operation }) => dnsAnswer(services, request, { status: 200, operation }),
  beforeWrite: (tx, _request, { id }) => services.operations.cancelAll(tx, id),
  readPage: readDnsPage,
});

const locationSchema = bodySchema(
  { type: "object", properties: { location: { type: ["string", "null"] } } },
  "gateway",
);

/** Checks that a PUT gives the location `global`. */
export function checkGlobalLocation(body: JsonObject | undefined, type: string): void {
  const { location } = locationSchema.parse(body ?? {});
  if (location === undefined || location === null || location.trim() === "") throw locationRequired();
  if (isSame(location, "global")) return;
  throw typeLocationNotAvailable({ location, type, locations: ["global"] });
}

/** The number of items on a page if the client does not ask for one (documented). */
const pageItems = 100;

/** Reads `$top` and `$skipToken`. */
export function readDnsPage(query: Query): PageRequest {
  const page = readPageRequest(query);
  return query.has("$top") ? page : { ...page, limit: pageItems };
}

/** The etag of a zone or record set; it changes with each write. */
export const etagOf = ({ document, version }: StoredResource<DnsDocument>): string =>
  nameUuid(document.guid, String(version));

/**
 * Checks the conditions of a write (RFC 9110 §13.1; ARM RPC: ETags). `etag` is undefined if the resource does not exist.
 * @throws ArmError with status 412.
 */
export function checkConditions({ headers }: Pick<ArmRequest, "headers">, etag: string | undefined): void {
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch } = headers;
  if (isGiven(ifNoneMatch) && etag !== undefined && matches(ifNoneMatch, etag)) {
    throw conditionNotSatisfied("If-None-Match", ifNoneMatch, undefined);
  }
  if (isGiven(ifMatch) && (etag === undefined || !matches(ifMatch, etag))) {
    throw conditionNotSatisfied("If-Match", ifMatch, etag);
  }
}

const isGiven = (condition: string | undefined): condition is string =>
  condition !== undefined && condition.trim() !== "";

const matches = (condition: string, etag: string): boolean =>
  condition.split(",").some((each) => each.trim() === "*" || bare(each) === bare(etag));

/** Clients send an etag as they read it, in quotes, or marked as weak. */
const bare = (text: string): string => text.trim().replace(/^W\//, "").replaceAll('"', "").toLowerCase();

/** The seconds that Azure asks clients to wait before they poll again (recorded 2024 to 2026). */
const retryAfterSeconds = 30;

/** The paths of an operation's status and result, which are below its resource group. */
export function followUpOf({ path }: Pick<ArmRequest, "path">, operationId: string): FollowUp {
  const base = `${encodeURI(scopeId(path))}/providers/Microsoft.Network`;
  return {
    statusPath: `${base}/privateDnsOperationStatuses/${operationId}`,
    resultPath: `${base}/privateDnsOperationResults/${operationId}`,
    retryAfterSeconds,
  };
}

/** The response to a write. While its operation is in progress it is 202, with an empty object after a PUT or PATCH (recorded). */
export function dnsAnswer(
  { timing }: Pick<DnsServices, "timing">,
  request: ArmRequest,
  written: { status: number; body?: object; operation?: StoredOperation | undefined },
): ArmResponse {
  const { status, body, operation } = written;
  const followUp = operation === undefined ? undefined : followUpOf(request, operation.id);
  const headers = operationHeaders({ request, timing, followUp });
  if (operation !== undefined) return networkResponse(202, request.method === "DELETE" ? undefined : {}, headers);
  return networkResponse(status, body, { ...headers, ...etagHeader(body ?? {}) });
}

/** Begins the long-running write of a zone or link, and cancels operations in progress on it; undefined if it is to be done at once. */
export async function beginWrite(
  { operations }: DnsServices,
  tx: Transaction,
  work: { readonly kind: string; readonly resourceId: string },
): Promise<StoredOperation | undefined> {
  await operations.cancelAll(tx, work.resourceId);
  return beginWork({ operations }, tx, { ...work, location: "global" });
}
