import { networkResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import { toPage } from "../../../arm/paging.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { listChildren, wholeList } from "../../../store/resources.ts";
import { readAnswer } from "../network-answer.ts";
import { recordSetBody } from "./dns-bodies.ts";
import { recordSetTypeKey } from "./dns-documents.ts";
import type { RecordSetDocument, StoredRecordSet } from "./dns-documents.ts";
import { recordSetNotFound } from "./dns-errors.ts";
import { readDnsPage } from "./dns-page.ts";
import { zoneAction } from "./dns-services.ts";
import type { DnsServices } from "./dns-services.ts";
import { findRecordSet } from "./dns-store.ts";
import type { RecordTypeName } from "./record-types.ts";

/** One record set. */
export const getRecordSet = ({ store }: DnsServices, type: RecordTypeName): ArmOperation => ({
  action: `${zoneAction}/${type}/read`,
  display: { operation: `Get ${type} Record Set`, description: `Reads a record set of type ${type}.` },
  async handle(request) {
    const recordSet = await findRecordSet(store, request.resourceId);
    if (recordSet === undefined) throw recordSetNotFound(request);
    return readAnswer(recordSetBody(recordSet, zoneNameOf(request)));
  },
});

/** The record sets of one type in a zone. */
export const listRecordSetsOfType = (services: DnsServices, type: RecordTypeName): ArmOperation => ({
  action: `${zoneAction}/${type}/read`,
  display: { operation: `List ${type} Record Sets`, description: `Lists the record sets of type ${type} in a zone.` },
  handle: (request) => listAnswer(services, request, ({ recordType }) => recordType === type),
});

/** All record sets of a zone. */
export const listAllRecordSets = (services: DnsServices): ArmOperation => ({
  action: `${zoneAction}/ALL/read`,
  display: { operation: "List Record Sets", description: "Lists the record sets of all types in a zone." },
  handle: (request) => listAnswer(services, request, () => true),
});

/** Names end in `$recordsetnamesuffix` where it is given, or are it. */
async function listAnswer(
  { store }: DnsServices,
  request: ArmRequest,
  isWanted: (document: RecordSetDocument) => boolean,
): Promise<ArmResponse> {
  const page = readDnsPage(request.query);
  const suffix = request.query.get("$recordsetnamesuffix")?.toLowerCase() ?? "";
  const isMatch = ({ document }: StoredRecordSet): boolean =>
    isWanted(document) && (suffix === "" || hasSuffix(document.name.toLowerCase(), suffix));
  const parent = { parentKey: request.resourceId.toLowerCase(), typeKey: recordSetTypeKey };
  const rest = await listChildren<RecordSetDocument>(store, parent, { ...wholeList, afterKey: page.afterKey });
  const { items, ...next } = toPage(request, page, rest.filter(isMatch));
  return networkResponse(200, { value: items.map((each) => recordSetBody(each, zoneNameOf(request))), ...next });
}

/** A suffix is whole labels (documented). */
const hasSuffix = (name: string, suffix: string): boolean => name === suffix || name.endsWith(`.${suffix}`);

/** As the zone was last written, whatever the case in the path. */
const zoneNameOf = ({ ancestors, path }: ArmRequest): string =>
  ancestors.at(-1)?.id.split("/").at(-1) ?? path.names[0] ?? "";
