import { networkResponse, type ArmOperation, type ArmRequest, type ResourceType } from "../../../arm/resource-type.ts";
import { operationHeaders } from "../../../arm/long-running.ts";
import { scopeId } from "../../../arm/resource-id.ts";
import { findOperation, type StoredOperation } from "../../../store/operations.ts";
import type { Queryable } from "../../../store/store.ts";
import { readZoneBody, zoneType, zoneWork } from "../private-dns-zones/private-dns-zone-type.ts";
import { zones } from "../private-dns-zones/private-dns-zone.ts";
import { recordSetTypes } from "../record-sets/record-set.ts";
import { linkBody, linkType, linkWork, links } from "../virtual-network-links/virtual-network-link.ts";
import { dnsType, followUpOf, type DnsServices } from "./dialect.ts";
import { dnsOperationNotFound } from "./dns-errors.ts";

/**
 * Private DNS: zones, their links to virtual networks, their record sets, and the operations on them, whose status and
 * result are below the resource group of their zone.
 */
export const privateDnsTypes = (services: DnsServices): ResourceType[] => [
  zoneType(services),
  linkType(services),
  ...recordSetTypes(services),
  { ...dnsType(["privateDnsOperationStatuses"], { get: getStatus(services) }), ...notStored },
  { ...dnsType(["privateDnsOperationResults"], { get: getResult(services) }), ...notStored },
];

const notStored = { tracked: false, parentsAreStored: false } as const;

/** 202 while the operation is in progress, then 200, even if it failed (recorded). */
const getStatus = (services: DnsServices): ArmOperation => ({
  action: "Microsoft.Network/privateDnsOperationStatuses/read",
  display: { operation: "Get Private DNS Operation Status", description: "Reads the status of an operation." },
  async handle(request) {
    const operation = await visibleOperation(services.store, request);
    if (operation.dueAtMs !== undefined) {
      return networkResponse(202, { status: "InProgress" }, inProgressHeaders(services, request, operation));
    }
    const { status, error } = operation;
    return networkResponse(200, { status, ...(error === undefined ? {} : { error }) });
  },
});

/** 202 while the operation is in progress, then the response that the write would have had if done at once (ARM RPC). */
const getResult = (services: DnsServices): ArmOperation => ({
  action: "Microsoft.Network/privateDnsOperationResults/read",
  display: { operation: "Get Private DNS Operation Result", description: "Reads the result of an operation." },
  async handle(request) {
    const operation = await visibleOperation(services.store, request);
    const { dueAtMs, status, error, kind } = operation;
    if (dueAtMs !== undefined) return networkResponse(202, undefined, inProgressHeaders(services, request, operation));
    if (status === "Canceled") return networkResponse(409, { error });
    if (error !== undefined) return networkResponse(500, { error });
    if (kind === zoneWork.delete.name || kind === linkWork.delete.name) return networkResponse(200);
    const body = await readWritten(services.store, request, operation);
    return body === undefined ? networkResponse(204) : networkResponse(200, body);
  },
});

const inProgressHeaders = ({ timing }: DnsServices, request: ArmRequest, { id }: StoredOperation) =>
  operationHeaders({ request, timing, followUp: followUpOf(request, id) });

async function readWritten(
  from: Queryable,
  { apiVersion }: ArmRequest,
  { resourceId }: StoredOperation,
): Promise<object | undefined> {
  const link = await links.find(from, resourceId);
  if (link !== undefined) return linkBody(link, apiVersion);
  const zone = await zones.find(from, resourceId);
  return zone === undefined ? undefined : readZoneBody(from, zone);
}

/** The operation that the path names; it is visible only through the resource group of its zone. */
async function visibleOperation(from: Queryable, request: ArmRequest): Promise<StoredOperation> {
  const operation = await findOperation(from, request.name);
  const scope = `${scopeId(request.path)}/providers/${zones.type}/`.toLowerCase();
  if (operation?.resourceId.toLowerCase().startsWith(scope) !== true) throw dnsOperationNotFound(request.name);
  return operation;
}
