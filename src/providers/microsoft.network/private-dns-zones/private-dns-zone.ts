import { networkResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import { toPage } from "../../../arm/paging.ts";
import type { PageRequest } from "../../../arm/paging.ts";
import { scopeId } from "../../../arm/resource-id.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import { removeResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Queryable, Transaction } from "../../../store/store.ts";
import type { TaggedBody } from "../etag.ts";
import { joinZone } from "../join-actions.ts";
import { readAnswer } from "../network-answer.ts";
import {
  beginOn,
  checkConditions,
  checkGlobalLocation,
  dnsAnswer,
  dnsType,
  etagOf,
  readDnsPage,
  refuseWhileDeleting,
  zones,
} from "../private-dns/dialect.ts";
import type { DnsServices, TrackedDnsDocument } from "../private-dns/dialect.ts";
import { zoneHasLinks, zoneNotFound } from "../private-dns/dns-errors.ts";
import { initialSoa } from "../record-sets/record-data.ts";
import { apex } from "../record-sets/record-set-rules.ts";
import { recordSets } from "../record-sets/record-set.ts";
import { deletionUnderWay, waitingFor } from "../settling.ts";
import { readTags } from "../tracked-request.ts";
import { links } from "../virtual-network-links/virtual-network-link.ts";
import type { LinkDocument } from "../virtual-network-links/virtual-network-link.ts";
import { checkZoneName, zoneLimits } from "./private-dns-zone-rules.ts";

type StoredZone = StoredResource<TrackedDnsDocument>;

/** A zone as clients read it, with the numbers of its record sets and links. */
export async function zoneBody(from: Queryable, zone: StoredZone): Promise<TaggedBody> {
  return bodyOf(zone, {
    recordSets: (await recordSets.children(from, zone.key)).length,
    links: await links.children(from, zone.key),
  });
}

/** The bodies of the zones of one subscription, by two queries for all. */
async function zoneBodies(from: Queryable, subscriptionKey: string, read: readonly StoredZone[]) {
  const recordSetsByZone = Map.groupBy(await recordSets.inSubscription(from, subscriptionKey), parentKeyOf);
  const linksByZone = Map.groupBy(await links.inSubscription(from, subscriptionKey), parentKeyOf);
  return read.map((zone) =>
    bodyOf(zone, { recordSets: recordSetsByZone.get(zone.key)?.length ?? 0, links: linksByZone.get(zone.key) ?? [] }),
  );
}

const parentKeyOf = ({ parentKey }: { parentKey: string }): string => parentKey;

function bodyOf(
  zone: StoredZone,
  contents: { recordSets: number; links: readonly StoredResource<LinkDocument>[] },
): TaggedBody {
  const { name, location, tags, provisioningState } = zone.document;
  const registering = contents.links.filter(({ document }) => document.registrationEnabled);
  return {
    id: zone.id,
    name,
    type: zones.type,
    etag: etagOf(zone),
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: {
      maxNumberOfRecordSets: zoneLimits.recordSets,
      maxNumberOfVirtualNetworkLinks: zoneLimits.links,
      maxNumberOfVirtualNetworkLinksWithRegistration: zoneLimits.registrationLinks,
      numberOfRecordSets: contents.recordSets,
      numberOfVirtualNetworkLinks: contents.links.length,
      numberOfVirtualNetworkLinksWithRegistration: registering.length,
      provisioningState,
    },
  };
}

export const zoneKinds = { write: "privateDnsZone.write", delete: "privateDnsZone.delete" } as const;

export const zoneType = (services: DnsServices): ResourceType => ({
  ...dnsType(zones.types, {
    get: getZone(services),
    put: putZone(services),
    patch: patchZone(services),
    delete: deleteZone(services),
    list: listZonesOfGroup(services),
    listBySubscription: listZones(services),
  }),
  listedActions: [joinZone],
});

const getZone = ({ store }: DnsServices): ArmOperation => ({
  action: `${zones.type}/read`,
  display: { operation: "Get Private DNS Zone", description: "Reads a private DNS zone." },
  async handle(request) {
    const zone = await zones.find(store, request.resourceId);
    if (zone === undefined) throw zoneNotFound(request);
    return readAnswer(await zoneBody(store, zone));
  },
});

const listZonesOfGroup = (services: DnsServices): ArmOperation => ({
  action: `${zones.type}/read`,
  display: { operation: "List Private DNS Zones of Resource Group", description: "Lists the zones of a group." },
  async handle(request) {
    const page = readDnsPage(request.query);
    const more = { ...page, limit: page.limit + 1 };
    const found = await zones.children(services.store, scopeId(request.path).toLowerCase(), more);
    return listAnswer(services, request, page, found);
  },
});

const listZones = (services: DnsServices): ArmOperation => ({
  action: `${zones.type}/read`,
  display: { operation: "List Private DNS Zones", description: "Lists the zones of a subscription." },
  async handle(request) {
    const page = readDnsPage(request.query);
    const more = { ...page, limit: page.limit + 1 };
    const found = await zones.inSubscription(services.store, request.subscriptionKey, more);
    return listAnswer(services, request, page, found);
  },
});

async function listAnswer(
  { store }: DnsServices,
  request: ArmRequest,
  page: PageRequest,
  found: readonly StoredZone[],
): Promise<ArmResponse> {
  const { items, ...next } = toPage(request, page, found);
  return networkResponse(200, { value: await zoneBodies(store, request.subscriptionKey, items), ...next });
}

const writeDisplay = {
  operation: "Create or Update Private DNS Zone",
  description: "Creates a private DNS zone or changes it.",
};

/** Creates a zone (201) with its start of authority, or replaces its tags (200). */
const putZone = (services: DnsServices): ArmOperation => ({
  action: `${zones.type}/write`,
  display: writeDisplay,
  body: "required",
  async handle(request) {
    checkZoneName(request.name);
    checkGlobalLocation(request.body, zones.type);
    const tags = readTags(request.body);
    return write(services, request, async (tx, nowMs) => {
      const current = await zones.find(tx, request.resourceId);
      return save({ services, request, tx, nowMs }, current, tags);
    });
  },
});

/** Replaces the tags of a zone if the body gives any. */
const patchZone = (services: DnsServices): ArmOperation => ({
  action: `${zones.type}/write`,
  display: writeDisplay,
  body: "required",
  async handle(request) {
    const tags = readTags(request.body);
    return write(services, request, async (tx, nowMs) => {
      const current = await zones.find(tx, request.resourceId);
      if (current === undefined) throw zoneNotFound(request);
      return save({ services, request, tx, nowMs }, current, tags ?? current.document.tags);
    });
  },
});

async function save(
  { services, request, tx, nowMs }: { services: DnsServices; request: ArmRequest; tx: Transaction; nowMs: number },
  current: StoredZone | undefined,
  tags: Tags | undefined,
): Promise<Written> {
  const { resourceId: id, name, subscriptionKey } = request;
  checkConditions(request, current === undefined ? undefined : etagOf(current));
  if (current !== undefined) refuseWhileDeleting(current);
  const operation = await beginOn(services, tx, { kind: zoneKinds.write, resourceId: id, subscriptionKey });
  const guid = current?.document.guid ?? newUuid();
  const document: TrackedDnsDocument = { name, location: "global", tags, guid, ...waitingFor(operation, "Updating") };
  const zone = await zones.save(tx, current, { id, document }, nowMs);
  if (current === undefined) {
    const soa = { name: apex, guid: newUuid(), recordType: "SOA", metadata: undefined, ...initialSoa } as const;
    await recordSets.create(tx, `${id}/SOA/${apex}`, soa, nowMs);
  }
  const body = await zoneBody(tx, zone);
  return { response: dnsAnswer(services, request, { status: current === undefined ? 201 : 200, body, operation }) };
}

/** Deletes a zone without links, and its record sets: 200 or, while it is in progress, 202; 204 if there was none. */
const deleteZone = (services: DnsServices): ArmOperation => ({
  action: `${zones.type}/delete`,
  display: { operation: "Delete Private DNS Zone", description: "Deletes a private DNS zone and its record sets." },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const zone = await zones.find(tx, request.resourceId);
      if (zone === undefined) return { response: dnsAnswer(services, request, { status: 204 }) };
      const linked = await links.children(tx, zone.key);
      if (linked.length > 0) throw zoneHasLinks(linked);
      checkConditions(request, etagOf(zone));
      const joined = await deletionUnderWay(tx, zone.document);
      if (joined !== undefined) return { response: dnsAnswer(services, request, { status: 202, operation: joined }) };
      const { id: resourceId, subscriptionKey } = zone;
      const operation = await beginOn(services, tx, { kind: zoneKinds.delete, resourceId, subscriptionKey });
      if (operation === undefined) await removeZone(tx, zone);
      else {
        await zones.update(tx, zone, { document: { ...zone.document, ...waitingFor(operation, "Deleting") } }, nowMs);
      }
      return { response: dnsAnswer(services, request, { status: 200, operation }) };
    }),
});

/** Removes a zone with its links and record sets. */
export async function removeZone(tx: Transaction, zone: StoredZone): Promise<void> {
  await removeZoneChildren(tx, zone);
  await removeResource(tx, zone);
}

/** Removes the links and record sets of a zone. */
export async function removeZoneChildren(tx: Transaction, { key }: Pick<StoredZone, "key">): Promise<void> {
  for (const link of await links.children(tx, key)) await removeResource(tx, link);
  for (const recordSet of await recordSets.children(tx, key)) await removeResource(tx, recordSet);
}
