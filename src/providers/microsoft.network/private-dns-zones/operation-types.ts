import type { ArmError } from "../../../arm/arm-error.ts";
import { networkResponse } from "../../../arm/arm-response.ts";
import { scopeId } from "../../../arm/resource-id.ts";
import { operationHeaders } from "../../../arm/long-running.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { findOperation } from "../../../store/operations.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import type { Queryable } from "../../../store/store.ts";
import { networkError } from "../network-errors.ts";
import { followUpOf } from "./dns-answer.ts";
import { linkBody, zoneBody } from "./dns-bodies.ts";
import { dnsType } from "./dns-services.ts";
import type { DnsServices } from "./dns-services.ts";
import { countChildren, findLink, findStoredZone } from "./dns-store.ts";
import { dnsKinds } from "./zone-operations.ts";

/** Where operations on zones and links are followed: below their resource group. */
export const dnsOperationTypes = (services: DnsServices): ResourceType[] => [
  { ...dnsType(["privateDnsOperationStatuses"], { get: getStatus(services) }), ...notStored },
  { ...dnsType(["privateDnsOperationResults"], { get: getResult(services) }), ...notStored },
];

const notStored = { tracked: false, parentsAreStored: false } as const;

/** 202 while it goes on, and then 200 whatever became of it (recorded). */
const getStatus = (services: DnsServices): ArmOperation => ({
  action: "Microsoft.Network/privateDnsOperationStatuses/read",
  display: { operation: "Get Private DNS Operation Status", description: "Reads the status of an operation." },
  async handle(request) {
    const operation = await visibleOperation(services.store, request);
    if (operation.dueAtMs !== undefined) {
      return networkResponse(202, { status: "InProgress" }, underWayHeaders(services, request, operation));
    }
    const { status, error } = operation;
    return networkResponse(200, { status, ...(error === undefined ? {} : { error }) });
  },
});

/** 202 while it goes on, and then what the write would have answered had it been done at once (ARM RPC). */
const getResult = (services: DnsServices): ArmOperation => ({
  action: "Microsoft.Network/privateDnsOperationResults/read",
  display: { operation: "Get Private DNS Operation Result", description: "Reads the result of an operation." },
  async handle(request) {
    const operation = await visibleOperation(services.store, request);
    const { dueAtMs, status, error, kind } = operation;
    if (dueAtMs !== undefined) return networkResponse(202, undefined, underWayHeaders(services, request, operation));
    if (status === "Canceled") return networkResponse(409, { error });
    if (error !== undefined) return networkResponse(500, { error });
    if (kind === dnsKinds.deleteZone || kind === dnsKinds.deleteLink) return networkResponse(200);
    const body = await readWritten(services.store, request, operation);
    return body === undefined ? networkResponse(204) : networkResponse(200, body);
  },
});

const underWayHeaders = ({ timing }: DnsServices, request: ArmRequest, { id }: StoredOperation) =>
  operationHeaders({ request, timing, followUp: followUpOf(request, id) });

async function readWritten(
  from: Queryable,
  { apiVersion }: ArmRequest,
  { resourceId }: StoredOperation,
): Promise<object | undefined> {
  const link = await findLink(from, resourceId);
  if (link !== undefined) return linkBody(link, apiVersion);
  const zone = await findStoredZone(from, resourceId);
  return zone === undefined ? undefined : zoneBody(zone, await countChildren(from, zone.key));
}

/** An operation on private DNS is seen only through the resource group that it was started in. */
async function visibleOperation(from: Queryable, request: ArmRequest): Promise<StoredOperation> {
  const id = request.path.names[0] ?? "";
  const operation = await findOperation(from, id);
  const scope = `${scopeId(request.path)}/providers/Microsoft.Network/privateDnsZones/`.toLowerCase();
  if (operation?.resourceId.toLowerCase().startsWith(scope) !== true) throw operationNotFound(id);
  return operation;
}

const operationNotFound = (id: string): ArmError =>
  networkError("OperationNotFound", `The operation '${id}' could not be found in this resource group.`);
