import { providerResponse } from "../../../arm/arm-response.ts";
import { bodySchema } from "../../../arm/body-schema.ts";
import type { ArmOperation } from "../../../arm/resource-type.ts";
import type { Written } from "../../../arm/write.ts";
import type { Transaction } from "../../../store/store.ts";
import { accessKeysBody, withNewKey } from "./access-keys.ts";
import { writeApplied } from "./database-answer.ts";
import { requireDatabase, requireWritableDatabase } from "./database-access.ts";
import { databaseAction } from "./database-services.ts";
import type { DatabaseServices } from "./database-services.ts";
import { saveDatabase } from "./database-store.ts";

/** The keys, whether or not they open anything just now; in any state of the database. */
export const listKeys = ({ store }: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/listKeys/action`,
  display: { operation: "List Database Keys", description: "Reads the access keys of a database." },
  async handle(request) {
    const { document } = await requireDatabase(store, request);
    return providerResponse(200, accessKeysBody(document.keys));
  },
});

const regenerateKeySchema = bodySchema({
  type: "object",
  required: ["keyType"],
  properties: { keyType: { type: "string", enum: ["Primary", "Secondary"] } },
});

/** Replaces one key, and answers both at once in every timing (recorded 2025). */
export const regenerateKey = (services: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/regenerateKey/action`,
  display: { operation: "Regenerate Database Key", description: "Replaces an access key of a database." },
  body: "required",
  handle(request) {
    const { keyType } = regenerateKeySchema.parse(request.body);
    const unit = async (tx: Transaction, nowMs: number): Promise<Written> => {
      const { database } = await requireWritableDatabase(tx, request);
      const keys = withNewKey(database.document.keys, keyType === "Primary" ? "primary" : "secondary");
      await saveDatabase(tx, database, { ...database.document, keys }, nowMs);
      return { response: providerResponse(200, accessKeysBody(keys)), detail: { keyType } };
    };
    return writeApplied(services, request, { databaseId: request.resourceId, unit });
  },
});
