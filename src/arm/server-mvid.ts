import { nameUuid } from "../kernel/ids.ts";

/** The provider's build id: constant for a build, whatever the region (recorded). */
export const serverMvid = nameUuid("6ba7b811-9dad-11d1-80b4-00c04fd430c8", "cuprite");
