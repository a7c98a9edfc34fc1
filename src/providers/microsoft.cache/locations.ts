import { regionDisplayNames } from "../../kernel/regions.ts";

/** Display names of the regions that have Microsoft.Cache: all that Cuprite knows. */
export const cacheLocations: readonly string[] = regionDisplayNames;
