import { networkResponse } from "../../../arm/arm-response.ts";
import type { ArmResponse } from "../../../arm/arm-response.ts";
import { scopeId } from "../../../arm/resource-id.ts";
import { toPage } from "../../../arm/paging.ts";
import type { PageRequest } from "../../../arm/paging.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { listChildren, listInSubscription } from "../../../store/resources.ts";
import { readAnswer } from "../network-answer.ts";
import { zoneBody } from "./dns-bodies.ts";
import { zoneTypeKey } from "./dns-documents.ts";
import type { StoredZone, ZoneDocument } from "./dns-documents.ts";
import { zoneNotFound } from "./dns-errors.ts";
import { readDnsPage } from "./dns-page.ts";
import { zoneAction } from "./dns-services.ts";
import type { DnsServices } from "./dns-services.ts";
import { countByZone, countChildren, findStoredZone } from "./dns-store.ts";

const action = `${zoneAction}/read`;

/** One zone. */
export const getZone = ({ store }: DnsServices): ArmOperation => ({
  action,
  display: { operation: "Get Private DNS Zone", description: "Reads a private DNS zone." },
  async handle(request) {
    const zone = await findStoredZone(store, request.resourceId);
    if (zone === undefined) throw zoneNotFound(request);
    return readAnswer(zoneBody(zone, await countChildren(store, zone.key)));
  },
});

/** The zones of a resource group. */
export const listZonesOfGroup = (services: DnsServices): ArmOperation => ({
  action,
  display: { operation: "List Private DNS Zones of Resource Group", description: "Lists the zones of a group." },
  async handle(request) {
    const page = readDnsPage(request.query);
    const parent = { parentKey: scopeId(request.path).toLowerCase(), typeKey: zoneTypeKey };
    const more = { ...page, limit: page.limit + 1 };
    return listAnswer(services, request, {
      page,
      zones: await listChildren<ZoneDocument>(services.store, parent, more),
    });
  },
});

/** The zones of a subscription. */
export const listZones = (services: DnsServices): ArmOperation => ({
  action,
  display: { operation: "List Private DNS Zones", description: "Lists the zones of a subscription." },
  async handle(request) {
    const page = readDnsPage(request.query);
    const scope = { subscriptionKey: request.path.subscriptionId?.toLowerCase() ?? "", typeKey: zoneTypeKey };
    const more = { ...page, limit: page.limit + 1 };
    const zones = await listInSubscription<ZoneDocument>(services.store, scope, more);
    return listAnswer(services, request, { page, zones });
  },
});

async function listAnswer(
  { store }: DnsServices,
  request: ArmRequest,
  { page, zones }: { page: PageRequest; zones: readonly StoredZone[] },
): Promise<ArmResponse> {
  const countsOf = await countByZone(store, request.path.subscriptionId ?? "");
  const { items, ...next } = toPage(request, page, zones);
  return networkResponse(200, { value: items.map((zone) => zoneBody(zone, countsOf(zone.key))), ...next });
}
