import type { ArmOperation } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import { removeResource } from "../../../store/resources.ts";
import { networkError } from "../network-errors.ts";
import { checkConditions } from "./conditions.ts";
import { dnsAnswer } from "./dns-answer.ts";
import { etagOf } from "./dns-documents.ts";
import { zoneAction } from "./dns-services.ts";
import type { DnsServices } from "./dns-services.ts";
import { findRecordSet } from "./dns-store.ts";
import type { RecordTypeName } from "./record-types.ts";

/** Deletes a record set, but not the start of authority: 200, or 204 when there was none. */
export const deleteRecordSet = (services: DnsServices, type: RecordTypeName): ArmOperation => ({
  action: `${zoneAction}/${type}/delete`,
  display: {
    operation: `Delete ${type} Record Set`,
    description: `Deletes a record set of type ${type} from a private DNS zone.`,
  },
  handle: (request) =>
    write(services, request, async (tx, nowMs) => {
      const recordSet = await findRecordSet(tx, request.resourceId);
      if (recordSet === undefined) return { response: dnsAnswer(services, request, { status: 204 }) };
      // Wording ours.
      if (type === "SOA") throw networkError("BadRequest", "The SOA record set of a zone cannot be deleted.");
      checkConditions(request, etagOf(recordSet));
      await removeResource(tx, recordSet, nowMs);
      return { response: dnsAnswer(services, request, { status: 200 }) };
    }),
});
