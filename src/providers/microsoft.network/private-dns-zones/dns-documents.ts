import type { Tags } from "../../../arm/tags.ts";
import { nameUuid } from "../../../kernel/ids.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Settling } from "../settling.ts";
import type { RecordData, RecordTypeName } from "./record-types.ts";

/** What zones, links and record sets have in common: `guid` is theirs alone, for etags. */
interface Named {
  readonly name: string;
  readonly guid: string;
}

/** What is kept of a private DNS zone. */
export interface ZoneDocument extends Named, Settling {
  readonly location: "global";
  readonly tags: Tags | undefined;
}

/** What is kept of the link between a zone and a virtual network. */
export interface LinkDocument extends Named, Settling {
  readonly location: "global";
  readonly tags: Tags | undefined;
  readonly zoneName: string;
  readonly virtualNetworkId: string;
  readonly registrationEnabled: boolean;
  readonly resolutionPolicy: "Default" | "NxDomainRedirect";
  /** Once the zone has been seen from the network, it stays so. */
  readonly isCompleted: boolean;
}

/** What is kept of a record set. */
export interface RecordSetDocument extends Named {
  readonly recordType: RecordTypeName;
  readonly ttl: number;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  readonly data: RecordData;
}

export type StoredZone = StoredResource<ZoneDocument>;
export type StoredLink = StoredResource<LinkDocument>;
export type StoredRecordSet = StoredResource<RecordSetDocument>;

export const zoneTypeKey = "microsoft.network/privatednszones";
export const linkTypeKey = "microsoft.network/privatednszones/virtualnetworklinks";
/** Of record sets of all types, so that they can be listed together. */
export const recordSetTypeKey = "microsoft.network/privatednszones/recordsets";

/** Another one after each write: that of a zone or a record set. */
export const etagOf = ({ document, version }: StoredResource<Named>): string =>
  nameUuid(document.guid, String(version));

/** A link's, which has quotes of its own (recorded until 2026). */
export const linkEtagOf = (link: StoredLink): string => `"${etagOf(link)}"`;
