import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import { saveResource, updateResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { groupIdOf } from "../../../arm/resource-id.ts";
import { waitingFor } from "../settling.ts";
import { readTags } from "../tracked-request.ts";
import { checkConditions } from "./conditions.ts";
import { beginOn, dnsAnswer } from "./dns-answer.ts";
import { zoneBody } from "./dns-bodies.ts";
import { etagOf, recordSetTypeKey, zoneTypeKey } from "./dns-documents.ts";
import type { RecordSetDocument, StoredZone, ZoneDocument } from "./dns-documents.ts";
import { refuseWhileDeleting, zoneNotFound } from "./dns-errors.ts";
import { checkGlobalLocation } from "./dns-request.ts";
import { zoneAction } from "./dns-services.ts";
import type { DnsServices } from "./dns-services.ts";
import { countChildren, findStoredZone, recordSetId } from "./dns-store.ts";
import { apex, checkZoneName } from "./domain-names.ts";
import { initialSoa } from "./record-types.ts";
import { dnsKinds } from "./zone-operations.ts";

/** Creates a zone (201) with its start of authority, or replaces its tags (200). */
export const putZone = (services: DnsServices): ArmOperation => ({
  action: `${zoneAction}/write`,
  display: { operation: "Create or Update Private DNS Zone", description: "Creates a private DNS zone or changes it." },
  body: "required",
  async handle(request) {
    checkZoneName(request.path.names[0] ?? "");
    checkGlobalLocation(request.body, zoneAction);
    const tags = readTags(request.body);
    return write(services, request, (tx, nowMs) => put({ services, request, tx, nowMs }, () => tags));
  },
});

/** Replaces the tags of a zone where the body has any. */
export const patchZone = (services: DnsServices): ArmOperation => ({
  action: `${zoneAction}/write`,
  display: { operation: "Create or Update Private DNS Zone", description: "Creates a private DNS zone or changes it." },
  body: "required",
  async handle(request) {
    const tags = readTags(request.body);
    return write(services, request, async (tx, nowMs) => {
      if ((await findStoredZone(tx, request.resourceId)) === undefined) throw zoneNotFound(request);
      return put({ services, request, tx, nowMs }, (current) => tags ?? current);
    });
  },
});

interface Put {
  readonly services: DnsServices;
  readonly request: ArmRequest;
  readonly tx: Transaction;
  readonly nowMs: number;
}

async function put(given: Put, tagsFrom: (current: Tags | undefined) => Tags | undefined): Promise<Written> {
  const { services, request, tx } = given;
  const current = await findStoredZone(tx, request.resourceId);
  checkConditions(request, current === undefined ? undefined : etagOf(current));
  if (current !== undefined) refuseWhileDeleting(current);
  const operation = await beginOn(services, tx, {
    kind: dnsKinds.writeZone,
    resourceId: request.resourceId,
    subscriptionKey: request.path.subscriptionId?.toLowerCase() ?? "",
  });
  const zone = await save(given, current, { operation, tags: tagsFrom(current?.document.tags) });
  const body = zoneBody(zone, await countChildren(tx, zone.key));
  return { response: dnsAnswer(services, request, { status: current === undefined ? 201 : 200, body, operation }) };
}

async function save(
  given: Put,
  current: StoredZone | undefined,
  { operation, tags }: { operation: StoredOperation | undefined; tags: Tags | undefined },
): Promise<StoredZone> {
  const { request, tx, nowMs } = given;
  const { resourceId: id, path } = request;
  const document: ZoneDocument = {
    name: path.names[0] ?? "",
    location: "global",
    tags,
    guid: current?.document.guid ?? newUuid(),
    ...waitingFor(operation, "Updating"),
  };
  if (current !== undefined) return updateResource(tx, current, { id, document }, nowMs);
  const subscriptionKey = path.subscriptionId?.toLowerCase() ?? "";
  const parentKey = groupIdOf(id).toLowerCase();
  const zone = await saveResource(tx, { id, typeKey: zoneTypeKey, parentKey, subscriptionKey, document }, nowMs);
  await saveSoa(given, zone);
  return zone;
}

async function saveSoa({ tx, nowMs }: Put, { id: zoneId, key: parentKey, subscriptionKey }: StoredZone): Promise<void> {
  const id = recordSetId(zoneId, "SOA", apex);
  const document: RecordSetDocument = {
    name: apex,
    guid: newUuid(),
    recordType: "SOA",
    metadata: undefined,
    ...initialSoa,
  };
  await saveResource(tx, { id, typeKey: recordSetTypeKey, parentKey, subscriptionKey, document }, nowMs);
}
