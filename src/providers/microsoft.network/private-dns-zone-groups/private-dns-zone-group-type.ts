import { beginWork, lifecycleOperations, lifecycleWork, waitingFor, type Lifecycle } from "../../../arm/lifecycle.ts";
import { isSame, parentIdOf } from "../../../arm/resource-id.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { write, type Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import type { Transaction } from "../../../store/store.ts";
import { checkLinkedAccess, joinZone } from "../linked-access.ts";
import { retryAfterSeconds, writeResponse, networkDialect, networkType, refuseWhileBusy } from "../network-type.ts";
import { childNotFound, invalidReference, networkError } from "../network-errors.ts";
import type { NetworkServices } from "../network-type.ts";
import { zones } from "../private-dns-zones/private-dns-zone.ts";
import { refuseDisconnected } from "../private-endpoints/private-endpoint-rules.ts";
import { privateEndpoints, touchEndpoint, type StoredEndpoint } from "../private-endpoints/private-endpoint.ts";
import { readZoneGroupRequest, type ZoneGroupRequest } from "./private-dns-zone-group-request.ts";
import { putRecords, removeRecords, removeZoneGroup, zoneGroupBody, zoneGroups } from "./private-dns-zone-group.ts";
import type { StoredZoneGroup, ZoneGroupDocument } from "./private-dns-zone-group.ts";

// Recorded 2026: done at the first poll.
const zoneGroupWork = {
  write: { name: "network.zoneGroup.write", azureDurationMs: 5_000 },
  delete: { name: "network.zoneGroup.delete", azureDurationMs: 5_000 },
} as const;

const lifecycle = (services: NetworkServices): Lifecycle<ZoneGroupDocument> => ({
  kind: zoneGroups,
  dialect: networkDialect(services),
  noun: "Private DNS Zone Group",
  plural: "Private DNS Zone Groups",
  work: zoneGroupWork,
  async bodies(from, groups) {
    const [first] = groups;
    // Reads are in no transaction: the endpoint may be deleted between two of them.
    const endpoint = first === undefined ? undefined : await privateEndpoints.find(from, first.parentKey);
    return endpoint === undefined ? [] : groups.map((group) => zoneGroupBody(group, endpoint.document));
  },
  notFound: ({ resourceId }) => childNotFound(resourceId),
  locationOf: async (from, { parentKey }) => (await privateEndpoints.require(from, parentKey)).document.location,
  async remove(tx, group, nowMs) {
    const endpoint = await privateEndpoints.require(tx, group.parentKey);
    await removeZoneGroup(tx, group, endpoint.document, nowMs);
    await touchEndpoint(tx, endpoint, nowMs);
  },
});

/** `privateDnsZoneGroups` of a private endpoint: the private DNS zones that its name is in. */
export function zoneGroupType(services: NetworkServices): ResourceType {
  const life = lifecycle(services);
  return {
    ...networkType(zoneGroups.types, { ...lifecycleOperations(life), put: putZoneGroup(services) }),
    work: lifecycleWork(life),
    async release(tx, group, nowMs) {
      // Undefined if the endpoint was released first, which removes its zone groups.
      const endpoint = await privateEndpoints.find(tx, group.parentKey);
      if (endpoint !== undefined) await removeZoneGroup(tx, zoneGroups.cast(group), endpoint.document, nowMs);
    },
  };
}

/** Writes an endpoint's name into private DNS zones: 201 for a new group, 200 for other zones than before. */
const putZoneGroup = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/write",
  display: { operation: "Create or Update Private DNS Zone Group", description: "Writes a private DNS zone group." },
  body: "required",
  async handle(request) {
    const wanted = readZoneGroupRequest(request);
    const join = wanted.configs.map(({ zoneId }) => ({ action: joinZone.action, scope: zoneId }));
    await checkLinkedAccess(services, request, join);
    return write(services, request, (tx, nowMs) => put({ services, request, wanted, tx, nowMs }));
  },
});

interface Put {
  readonly services: NetworkServices;
  readonly request: ArmRequest;
  readonly wanted: ZoneGroupRequest;
  readonly tx: Transaction;
  readonly nowMs: number;
}

async function put({ services, request, wanted, tx, nowMs }: Put): Promise<Written> {
  const { resourceId: id } = request;
  const { name, configs } = wanted;
  const endpoint = await privateEndpoints.require(tx, parentIdOf(id));
  refuseWhileBusy(request, endpoint, endpoint.document.location);
  refuseDisconnected(endpoint);
  const current = await currentGroup(tx, request, endpoint);
  for (const { zoneId } of configs) {
    if ((await zones.find(tx, zoneId)) === undefined) throw invalidReference({ to: zoneId, from: id });
  }
  if (current !== undefined) await removeRecords(tx, endpoint.document, current.document.configs, nowMs);
  await putRecords(tx, endpoint.document, configs, nowMs);
  const { location } = endpoint.document;
  const operation = await beginWork(services, tx, { kind: zoneGroupWork.write.name, resourceId: id, location });
  const resourceGuid = current?.document.resourceGuid ?? newUuid();
  const document = { name, resourceGuid, configs, ...waitingFor(operation, "Updating") };
  const saved = await zoneGroups.save(tx, current, { id, document }, nowMs);
  await touchEndpoint(tx, endpoint, nowMs);
  const body = zoneGroupBody(saved, endpoint.document);
  const answer = current === undefined ? { status: 201, retryAfterSeconds: retryAfterSeconds.others } : { status: 200 };
  return { response: writeResponse(services, request, { ...answer, body, operation }) };
}

async function currentGroup(
  tx: Transaction,
  request: ArmRequest,
  { key, document }: StoredEndpoint,
): Promise<StoredZoneGroup | undefined> {
  const [group] = await zoneGroups.children(tx, key);
  if (group === undefined) return undefined;
  if (!isSame(group.id, request.resourceId)) {
    // The wording is quoted by users, the code ours.
    throw networkError(
      "BadRequest",
      `Cannot create more than one private dns zone groups in the private endpoint ${document.name}.`,
    );
  }
  refuseWhileBusy(request, group, document.location);
  return group;
}
