import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import { saveResource, updateResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { networkError } from "../network-errors.ts";
import { checkConditions } from "./conditions.ts";
import { dnsAnswer } from "./dns-answer.ts";
import { recordSetBody } from "./dns-bodies.ts";
import { etagOf, recordSetTypeKey } from "./dns-documents.ts";
import type { RecordSetDocument, StoredRecordSet, StoredZone } from "./dns-documents.ts";
import { recordSetNotFound } from "./dns-errors.ts";
import { zoneAction } from "./dns-services.ts";
import type { DnsServices } from "./dns-services.ts";
import { findRecordSet } from "./dns-store.ts";
import { writableZoneOf } from "./writable-zone.ts";
import { checkRecordSetName } from "./domain-names.ts";
import { checkCreatable } from "./record-set-rules.ts";
import { changedData, readRecordSet } from "./record-set-request.ts";
import { emptyData } from "./record-types.ts";
import type { RecordTypeName } from "./record-types.ts";

/** Creates a record set (201) or replaces what is in it (200). */
export const putRecordSet = (services: DnsServices, type: RecordTypeName): ArmOperation => ({
  action: `${zoneAction}/${type}/write`,
  display: displayOf(type),
  body: "required",
  async handle(request) {
    const [zoneName = "", name = ""] = request.path.names;
    checkRecordSetName(name, zoneName);
    const wanted = readRecordSet(request.body, type);
    const { ttl, metadata } = wanted;
    // Wording ours.
    if (ttl === undefined) throw networkError("BadRequest", "The property 'properties.ttl' is required.");
    return write(services, request, async (tx, nowMs) => {
      const current = await findRecordSet(tx, request.resourceId);
      const base = type === "SOA" ? current?.document.data : undefined;
      const content = { ttl, metadata, data: changedData(base ?? emptyData[type], wanted) };
      return put({ services, request, tx, nowMs, type, current }, content);
    });
  },
});

/** Changes of a record set what the body speaks of. */
export const patchRecordSet = (services: DnsServices, type: RecordTypeName): ArmOperation => ({
  action: `${zoneAction}/${type}/write`,
  display: displayOf(type),
  body: "required",
  async handle(request) {
    const wanted = readRecordSet(request.body, type);
    return write(services, request, async (tx, nowMs) => {
      const current = await findRecordSet(tx, request.resourceId);
      if (current === undefined) throw recordSetNotFound(request);
      const { ttl, metadata } = current.document;
      const data = changedData(current.document.data, wanted);
      const content = { ttl: wanted.ttl ?? ttl, metadata: wanted.metadata ?? metadata, data };
      return put({ services, request, tx, nowMs, type, current }, content);
    });
  },
});

const displayOf = (type: RecordTypeName) => ({
  operation: `Create or Update ${type} Record Set`,
  description: `Creates a record set of type ${type} in a private DNS zone or changes it.`,
});

interface Put {
  readonly services: DnsServices;
  readonly request: ArmRequest;
  readonly tx: Transaction;
  readonly nowMs: number;
  readonly type: RecordTypeName;
  readonly current: StoredRecordSet | undefined;
}

type Content = Pick<RecordSetDocument, "ttl" | "metadata" | "data">;

async function put(given: Put, content: Content): Promise<Written> {
  const { services, request, tx, type, current } = given;
  const zone = await writableZoneOf(tx, request.resourceId, type);
  checkConditions(request, current === undefined ? undefined : etagOf(current));
  const name = request.path.names[1] ?? "";
  if (current === undefined) await checkCreatable(tx, zone, { type, name });
  const recordSet = await save(given, zone, { name, recordType: type, ...content });
  const body = recordSetBody(recordSet, zone.document.name);
  return { response: dnsAnswer(services, request, { status: current === undefined ? 201 : 200, body }) };
}

function save(
  { request, tx, nowMs, current }: Put,
  zone: StoredZone,
  content: Omit<RecordSetDocument, "guid">,
): Promise<StoredRecordSet> {
  const id = request.resourceId;
  const document = { ...content, guid: current?.document.guid ?? newUuid() };
  if (current !== undefined) return updateResource(tx, current, { id, document }, nowMs);
  const { subscriptionKey, key: parentKey } = zone;
  return saveResource(tx, { id, typeKey: recordSetTypeKey, parentKey, subscriptionKey, document }, nowMs);
}
