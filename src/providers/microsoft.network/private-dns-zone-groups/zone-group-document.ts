import type { Settling } from "../settling.ts";

/** A zone that an endpoint's name is to be in. */
export interface ZoneConfig {
  readonly name: string;
  /** As the client spells it. */
  readonly zoneId: string;
}

/** What is kept of a private DNS zone group. */
export interface ZoneGroupDocument extends Settling {
  readonly name: string;
  /** For etags. */
  readonly resourceGuid: string;
  readonly configs: readonly ZoneConfig[];
}

export const zoneGroupTypeKey = "microsoft.network/privateendpoints/privatednszonegroups";
