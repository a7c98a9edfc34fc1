import { parentNotFound } from "../../../arm/errors.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import { saveResource, updateResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { joinZone } from "../join-actions.ts";
import { checkLinkedAccess } from "../linked-access.ts";
import { retryAfterSeconds, writeAnswer } from "../network-answer.ts";
import { invalidReference, networkError, refuseWhileBusy } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { findStoredZone } from "../private-dns-zones/dns-store.ts";
import { refuseDisconnected } from "../private-endpoints/endpoint-rules.ts";
import { findEndpoint } from "../private-endpoints/endpoint-store.ts";
import type { StoredEndpoint } from "../private-endpoints/endpoint-store.ts";
import { touchEndpoint } from "../private-endpoints/save-endpoint.ts";
import { isSame, parentIdOf } from "../../../arm/resource-id.ts";
import { checkName } from "../resource-name.ts";
import { waitingFor } from "../settling.ts";
import { putRecords, removeRecords } from "./endpoint-records.ts";
import { zoneGroupBody } from "./zone-group-body.ts";
import { zoneGroupTypeKey } from "./zone-group-document.ts";
import type { ZoneConfig } from "./zone-group-document.ts";
import { zoneGroupKinds } from "./zone-group-operations.ts";
import { readZoneConfigs } from "./zone-group-request.ts";
import { listZoneGroups } from "./zone-group-store.ts";
import type { StoredZoneGroup } from "./zone-group-store.ts";

/** Puts an endpoint's name into private DNS zones (201), or into others than before (200). */
export const putZoneGroup = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/write",
  display: { operation: "Create or Update Private DNS Zone Group", description: "Writes a private DNS zone group." },
  body: "required",
  async handle(request) {
    checkName(groupName(request), "privateDnsZoneGroup");
    const configs = readZoneConfigs(request.body, request.resourceId);
    const join = configs.map(({ zoneId }) => ({ action: joinZone.action, scope: zoneId }));
    await checkLinkedAccess(services, request, join);
    return write(services, request, (tx, nowMs) => put({ services, request, tx, nowMs, configs }));
  },
});

interface Put {
  readonly services: NetworkServices;
  readonly request: ArmRequest;
  readonly tx: Transaction;
  readonly nowMs: number;
  readonly configs: readonly ZoneConfig[];
}

async function put(given: Put): Promise<Written> {
  const { services, request, tx, nowMs, configs } = given;
  const endpoint = await parentOf(tx, request);
  const current = await currentGroup(tx, request, endpoint);
  for (const { zoneId } of configs) {
    if ((await findStoredZone(tx, zoneId)) === undefined)
      throw invalidReference({ to: zoneId, from: request.resourceId });
  }
  if (current !== undefined) await removeRecords(tx, endpoint.document, current.document.configs, nowMs);
  await putRecords(tx, endpoint.document, configs, nowMs);
  const { subscriptionKey, document } = endpoint;
  const { location } = document;
  const work = { kind: zoneGroupKinds.write, subscriptionKey, resourceId: request.resourceId, location, input: {} };
  const operation = await services.operations.begin(tx, work);
  const saved = await save(given, { endpoint, current, waiting: waitingFor(operation, "Updating") });
  await touchEndpoint(tx, endpoint, nowMs);
  const body = zoneGroupBody(saved, document);
  const retry = current === undefined ? { retryAfterSeconds: retryAfterSeconds.others } : {};
  const status = current === undefined ? 201 : 200;
  return { response: writeAnswer(services, request, { status, body, operation, ...retry }) };
}

/** The gateway has found the endpoint; it may have gone since. */
async function parentOf(tx: Transaction, request: ArmRequest): Promise<StoredEndpoint> {
  const parentId = parentIdOf(request.resourceId);
  const endpoint = await findEndpoint(tx, parentId);
  if (endpoint === undefined) {
    throw parentNotFound({ verb: "write", type: "privateEndpoints/privateDnsZoneGroups", parentId });
  }
  refuseWhileBusy(request, endpoint, endpoint.document.location);
  refuseDisconnected(endpoint);
  return endpoint;
}

async function currentGroup(
  tx: Transaction,
  request: ArmRequest,
  { key, document }: StoredEndpoint,
): Promise<StoredZoneGroup | undefined> {
  const [group] = await listZoneGroups(tx, key);
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

function save(
  { request, tx, nowMs, configs }: Put,
  { endpoint, current, waiting }: SavedState,
): Promise<StoredZoneGroup> {
  const id = request.resourceId;
  const resourceGuid = current?.document.resourceGuid ?? newUuid();
  const document = { name: groupName(request), resourceGuid, configs, ...waiting };
  if (current !== undefined) return updateResource(tx, current, { id, document }, nowMs);
  const { key: parentKey, subscriptionKey } = endpoint;
  return saveResource(tx, { id, typeKey: zoneGroupTypeKey, parentKey, subscriptionKey, document }, nowMs);
}

interface SavedState {
  readonly endpoint: StoredEndpoint;
  readonly current: StoredZoneGroup | undefined;
  readonly waiting: ReturnType<typeof waitingFor>;
}

const groupName = ({ path }: ArmRequest): string => path.names[1] ?? "";
