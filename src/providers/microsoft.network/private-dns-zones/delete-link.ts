import type { ArmOperation } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { removeResource, updateResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { deletionUnderWay, waitingFor } from "../settling.ts";
import { checkConditions } from "./conditions.ts";
import { beginOn, dnsAnswer } from "./dns-answer.ts";
import { linkEtagOf } from "./dns-documents.ts";
import { zoneAction } from "./dns-services.ts";
import type { DnsServices } from "./dns-services.ts";
import { findLink, listLinksTo } from "./dns-store.ts";
import { dnsKinds } from "./zone-operations.ts";

/** Deletes a link: 200 or, while it goes, 202; 204 when there was none. */
export const deleteLink = (services: DnsServices): ArmOperation => ({
  action: `${zoneAction}/virtualNetworkLinks/delete`,
  display: { operation: "Delete Virtual Network Link", description: "Deletes a link to a virtual network." },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const link = await findLink(tx, request.resourceId);
      if (link === undefined) return { response: dnsAnswer(services, request, { status: 204 }) };
      checkConditions(request, linkEtagOf(link));
      const joined = await deletionUnderWay(tx, link.document);
      if (joined !== undefined) return { response: dnsAnswer(services, request, { status: 202, operation: joined }) };
      const { id: resourceId, subscriptionKey } = link;
      const operation = await beginOn(services, tx, { kind: dnsKinds.deleteLink, resourceId, subscriptionKey });
      if (operation === undefined) await removeResource(tx, link, nowMs);
      else {
        await updateResource(tx, link, { document: { ...link.document, ...waitingFor(operation, "Deleting") } }, nowMs);
      }
      return { response: dnsAnswer(services, request, { status: 200, operation }) };
    }),
});

/** Removes all links to a virtual network that is going, from zones in whatever subscription (documented). */
export async function removeLinksTo(tx: Transaction, virtualNetworkId: string, nowMs: number): Promise<void> {
  for (const link of await listLinksTo(tx, virtualNetworkId)) await removeResource(tx, link, nowMs);
}
