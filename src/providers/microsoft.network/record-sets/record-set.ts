import { respondWith, respondWithList, type Shown } from "../../../arm/read-operations.ts";
import type { ArmOperation, ArmRequest, ArmResponse, ResourceType } from "../../../arm/resource-type.ts";
import { readMatching, toPage } from "../../../arm/paging.ts";
import { nameOf } from "../../../arm/resource-id.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import { write, type Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import { removeResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/store.ts";
import { networkNamespace } from "../network-type.ts";
import { networkError } from "../network-errors.ts";
import { checkConditions, dnsAnswer, dnsDialect, dnsType, etagOf, readDnsPage } from "../private-dns/dialect.ts";
import type { DnsDocument, DnsServices, DnsWrite } from "../private-dns/dialect.ts";
import { writableZone, zones } from "../private-dns-zones/private-dns-zone.ts";
import { recordSetNotFound } from "../private-dns/dns-errors.ts";
import { emptyData, recordTypeNames, type RecordData, type RecordTypeName } from "../private-dns/record-data.ts";
import { readRecordSet } from "./record-set-request.ts";
import { checkCreatable, checkRecordSetName, fullName } from "./record-set-rules.ts";

/** A record set as it is stored. */
interface RecordSetDocument extends DnsDocument {
  readonly recordType: RecordTypeName;
  readonly ttl: number;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly data: RecordData;
}

/** Record sets of all types are of one kind, so that they can be listed together. */
export const recordSets = resourceKind<RecordSetDocument>(networkNamespace, ["privateDnsZones", "recordSets"]);

type StoredRecordSet = StoredResource<RecordSetDocument>;

/** A record set as clients read it, in the recorded order (until 2026). */
function recordSetBody(recordSet: StoredRecordSet, zoneName: string): object {
  const { name, recordType, ttl, metadata, data } = recordSet.document;
  return {
    id: recordSet.id,
    name,
    type: `${zones.type}/${recordType}`,
    etag: etagOf(recordSet),
    properties: {
      ...(metadata === undefined ? {} : { metadata }),
      fqdn: fullName(name, zoneName),
      ttl,
      ...data,
      isAutoRegistered: false,
    },
  };
}

/** The types of record sets, and `ALL`, which lists those of all types in a zone. */
export const recordSetTypes = (services: DnsServices): ResourceType[] => [
  ...recordTypeNames.map((type) => recordSetType(services, type)),
  dnsType(["privateDnsZones", "ALL"], {
    list: {
      action: `${zones.type}/ALL/read`,
      display: { operation: "List Record Sets", description: "Lists the record sets of all types in a zone." },
      handle: (request) => list(services, request),
    },
  }),
];

const recordSetType = (services: DnsServices, type: RecordTypeName): ResourceType =>
  dnsType(["privateDnsZones", type], {
    get: getRecordSet(services, type),
    put: putRecordSet(services, type),
    patch: patchRecordSet(services, type),
    delete: deleteRecordSet(services, type),
    list: {
      action: `${zones.type}/${type}/read`,
      display: {
        operation: `List ${type} Record Sets`,
        description: `Lists the record sets of type ${type} in a zone.`,
      },
      handle: (request) => list(services, request, type),
    },
  });

const getRecordSet = (services: DnsServices, type: RecordTypeName): ArmOperation => ({
  action: `${zones.type}/${type}/read`,
  display: { operation: `Get ${type} Record Set`, description: `Reads a record set of type ${type}.` },
  handle: async (request) =>
    respondWith(shown(services), request, await recordSets.find(services.store, request.resourceId)),
});

const shown = (services: DnsServices): Shown<RecordSetDocument> => ({
  dialect: dnsDialect(services),
  async bodies(from, found) {
    const [first] = found;
    // Reads are in no transaction: the zone may be deleted between two of them.
    const zone = first === undefined ? undefined : await zones.find(from, first.parentKey);
    return zone === undefined ? [] : found.map((each) => recordSetBody(each, nameOf(zone.id)));
  },
  notFound: recordSetNotFound,
});

/** Lists the record sets of one type or all, and of these only those whose name ends in `$recordsetnamesuffix`. */
async function list(services: DnsServices, request: ArmRequest, type?: RecordTypeName): Promise<ArmResponse> {
  const page = readDnsPage(request.query);
  const suffix = request.query.get("$recordsetnamesuffix")?.toLowerCase() ?? "";
  const isListed = ({ document: { name, recordType } }: StoredRecordSet): boolean =>
    (type === undefined || recordType === type) && (suffix === "" || hasSuffix(name.toLowerCase(), suffix));
  const zoneKey = request.resourceId.toLowerCase();
  const found = await readMatching(page, (part) => recordSets.children(services.store, zoneKey, part), isListed);
  const { items, ...next } = toPage(request, page, found);
  return respondWithList(shown(services), request, items, next);
}

/** A suffix consists of whole labels (documented). */
const hasSuffix = (name: string, suffix: string): boolean => name === suffix || name.endsWith(`.${suffix}`);

/** Creates a record set (201) or replaces its content (200). */
const putRecordSet = (services: DnsServices, type: RecordTypeName): ArmOperation => ({
  action: `${zones.type}/${type}/write`,
  display: {
    operation: `Create or Update ${type} Record Set`,
    description: `Creates a record set of type ${type} in a private DNS zone or changes it.`,
  },
  body: "required",
  async handle(request) {
    checkRecordSetName(request.name, request.path.names[0] ?? "");
    const { ttl, metadata, dataFrom } = readRecordSet(request.body, type);
    // Wording ours.
    if (ttl === undefined) throw networkError("BadRequest", "The property 'properties.ttl' is required.");
    return write(services, request, async (tx, nowMs) => {
      const current = await recordSets.find(tx, request.resourceId);
      const base = type === "SOA" ? current?.document.data : undefined;
      const content = { recordType: type, ttl, metadata, data: dataFrom(base ?? emptyData(type)) };
      return save({ services, request, tx, nowMs }, current, content);
    });
  },
});

/** Changes the parts of a record set that the body gives. */
const patchRecordSet = (services: DnsServices, type: RecordTypeName): ArmOperation => ({
  ...putRecordSet(services, type),
  async handle(request) {
    const wanted = readRecordSet(request.body, type);
    return write(services, request, async (tx, nowMs) => {
      const current = await recordSets.find(tx, request.resourceId);
      if (current === undefined) throw recordSetNotFound(request);
      const { document } = current;
      return save({ services, request, tx, nowMs }, current, {
        recordType: type,
        ttl: wanted.ttl ?? document.ttl,
        metadata: wanted.metadata ?? document.metadata,
        data: wanted.dataFrom(document.data),
      });
    });
  },
});

async function save(
  { services, request, tx, nowMs }: DnsWrite,
  current: StoredRecordSet | undefined,
  content: Omit<RecordSetDocument, "name" | "guid">,
): Promise<Written> {
  const { resourceId: id, name } = request;
  const zone = await writableZone(tx, request);
  checkConditions(request, current === undefined ? undefined : etagOf(current));
  if (current === undefined) {
    const siblings = await recordSets.children(tx, zone.key);
    checkCreatable(
      { type: content.recordType, name },
      zone.document,
      siblings.map(({ document }) => document),
    );
  }
  const document = { name, guid: current?.document.guid ?? newUuid(), ...content };
  const saved = await recordSets.save(tx, current, { id, document }, nowMs);
  const body = recordSetBody(saved, zone.document.name);
  return { response: dnsAnswer(services, request, { status: current === undefined ? 201 : 200, body }) };
}

/** Deletes a record set other than the start of authority: 200, or 204 if there was none. */
const deleteRecordSet = (services: DnsServices, type: RecordTypeName): ArmOperation => ({
  action: `${zones.type}/${type}/delete`,
  display: {
    operation: `Delete ${type} Record Set`,
    description: `Deletes a record set of type ${type} from a private DNS zone.`,
  },
  handle: (request) =>
    write(services, request, async (tx) => {
      const recordSet = await recordSets.find(tx, request.resourceId);
      if (recordSet === undefined) return { response: dnsAnswer(services, request, { status: 204 }) };
      // Wording ours.
      if (type === "SOA") throw networkError("BadRequest", "The SOA record set of a zone cannot be deleted.");
      checkConditions(request, etagOf(recordSet));
      await removeResource(tx, recordSet);
      return { response: dnsAnswer(services, request, { status: 200 }) };
    }),
});
