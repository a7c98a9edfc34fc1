import type { ArmOperation } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { updateResource } from "../../../store/resources.ts";
import { deletionUnderWay, waitingFor } from "../settling.ts";
import { checkConditions } from "./conditions.ts";
import { beginOn, dnsAnswer } from "./dns-answer.ts";
import { etagOf } from "./dns-documents.ts";
import { zoneHasLinks } from "./dns-errors.ts";
import { zoneAction } from "./dns-services.ts";
import type { DnsServices } from "./dns-services.ts";
import { findStoredZone, listLinks } from "./dns-store.ts";
import { dnsKinds, removeZone } from "./zone-operations.ts";

/** Deletes a zone that is linked to nothing, and its record sets: 200 or, while it goes, 202; 204 when there was none. */
export const deleteZone = (services: DnsServices): ArmOperation => ({
  action: `${zoneAction}/delete`,
  display: { operation: "Delete Private DNS Zone", description: "Deletes a private DNS zone and its record sets." },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const zone = await findStoredZone(tx, request.resourceId);
      if (zone === undefined) return { response: dnsAnswer(services, request, { status: 204 }) };
      const links = await listLinks(tx, zone.key);
      if (links.length > 0) throw zoneHasLinks(links);
      checkConditions(request, etagOf(zone));
      const joined = await deletionUnderWay(tx, zone.document);
      if (joined !== undefined) return { response: dnsAnswer(services, request, { status: 202, operation: joined }) };
      const { id: resourceId, subscriptionKey } = zone;
      const operation = await beginOn(services, tx, { kind: dnsKinds.deleteZone, resourceId, subscriptionKey });
      if (operation === undefined) await removeZone(tx, zone, nowMs);
      else {
        await updateResource(tx, zone, { document: { ...zone.document, ...waitingFor(operation, "Deleting") } }, nowMs);
      }
      return { response: dnsAnswer(services, request, { status: 200, operation }) };
    }),
});
