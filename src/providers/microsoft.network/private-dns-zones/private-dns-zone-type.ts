import { lifecycleOperations, lifecycleWork, waitingFor, type Lifecycle } from "../../../arm/lifecycle.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import type { Tags } from "../../../arm/tags.ts";
import { write, type Written } from "../../../arm/write.ts";
import { newUuid } from "../../../kernel/ids.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Queryable, StoredResource, Transaction } from "../../../store/store.ts";
import { joinZone } from "../linked-access.ts";
import {
  azureDurationMs,
  beginWrite,
  checkConditions,
  checkGlobalLocation,
  dnsAnswer,
  dnsDialect,
  dnsType,
  etagOf,
} from "../private-dns/dialect.ts";
import type { DnsServices, DnsWrite } from "../private-dns/dialect.ts";
import { refuseWhileDeleting, zoneHasLinks, zoneNotFound } from "../private-dns/dns-errors.ts";
import { initialSoa } from "../private-dns/record-data.ts";
import { apex } from "../record-sets/record-set-rules.ts";
import { recordSets } from "../record-sets/record-set.ts";
import { readTags } from "../network-request.ts";
import { links } from "../virtual-network-links/virtual-network-link.ts";
import { checkZoneName } from "./private-dns-zone-rules.ts";
import { zoneBody, zones, type StoredZone, type ZoneDocument } from "./private-dns-zone.ts";

export const zoneWork = {
  write: { name: "privateDnsZone.write", azureDurationMs },
  delete: { name: "privateDnsZone.delete", azureDurationMs },
} as const;

const lifecycle = (services: DnsServices): Lifecycle<ZoneDocument> => ({
  kind: zones,
  dialect: dnsDialect(services),
  noun: "Private DNS Zone",
  plural: "Private DNS Zones",
  work: zoneWork,
  bodies: zoneBodies,
  notFound: zoneNotFound,
  locationOf: (_from, { document: { location } }) => location,
  async beforeDelete(tx, zone, request) {
    const linked = await links.children(tx, zone.key);
    if (linked.length > 0) throw zoneHasLinks(linked);
    checkConditions(request, etagOf(zone));
  },
  async remove(tx, zone) {
    await removeChildren(tx, zone);
    await removeResource(tx, zone);
  },
});

export function zoneType(services: DnsServices): ResourceType {
  const life = lifecycle(services);
  return {
    ...dnsType(zones.types, { ...lifecycleOperations(life), put: putZone(services), patch: patchZone(services) }),
    listedActions: [joinZone],
    work: lifecycleWork(life),
    release: removeChildren,
  };
}

async function removeChildren(tx: Transaction, { key }: Pick<StoredResource, "key">): Promise<void> {
  for (const link of await links.children(tx, key)) await removeResource(tx, link);
  for (const recordSet of await recordSets.children(tx, key)) await removeResource(tx, recordSet);
}

/** The bodies of zones of one subscription, with the numbers of their children. */
async function zoneBodies(from: Queryable, read: readonly StoredZone[]): Promise<object[]> {
  const recordSetsOf = await recordSets.byParent(from, read);
  const linksOf = await links.byParent(from, read);
  return read.map((zone) => zoneBody(zone, recordSetsOf.get(zone.key) ?? [], linksOf.get(zone.key) ?? []));
}

/** The body of one zone. */
export const readZoneBody = async (from: Queryable, zone: StoredZone): Promise<object> =>
  zoneBody(zone, await recordSets.children(from, zone.key), await links.children(from, zone.key));

/** Creates a zone (201) with its start of authority, or replaces its tags (200). */
const putZone = (services: DnsServices): ArmOperation => ({
  action: `${zones.type}/write`,
  display: { operation: "Create or Update Private DNS Zone", description: "Creates a private DNS zone or changes it." },
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
  ...putZone(services),
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
  { services, request, tx, nowMs }: DnsWrite,
  current: StoredZone | undefined,
  tags: Tags | undefined,
): Promise<Written> {
  const { resourceId: id, name } = request;
  checkConditions(request, current === undefined ? undefined : etagOf(current));
  if (current !== undefined) refuseWhileDeleting(current);
  const operation = await beginWrite(services, tx, { kind: zoneWork.write.name, resourceId: id });
  const guid = current?.document.guid ?? newUuid();
  const document: ZoneDocument = { name, location: "global", tags, guid, ...waitingFor(operation, "Updating") };
  const zone = await zones.save(tx, current, { id, document }, nowMs);
  if (current === undefined) {
    const soa = { name: apex, guid: newUuid(), recordType: "SOA", metadata: undefined, ...initialSoa } as const;
    await recordSets.create(tx, `${id}/SOA/${apex}`, soa, nowMs);
  }
  const body = await readZoneBody(tx, zone);
  return { response: dnsAnswer(services, request, { status: current === undefined ? 201 : 200, body, operation }) };
}
