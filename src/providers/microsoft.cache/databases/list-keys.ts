import { providerResponse, type ArmOperation } from "../../../arm/resource-type.ts";
import { accessKeysBody, databases, requireDatabase } from "./database.ts";
import type { CacheServices } from "../cache-type.ts";

/** Reads the access keys in any state of the database, also while they are switched off. */
export const listKeys = ({ store }: CacheServices): ArmOperation => ({
  action: `${databases.type}/listKeys/action`,
  display: { operation: "List Database Keys", description: "Reads the access keys of a database." },
  async handle({ resourceId }) {
    const { document } = await requireDatabase(store, resourceId);
    return providerResponse(200, accessKeysBody(document.keys));
  },
});
