import { providerResponse, type ArmOperation } from "../../../arm/resource-type.ts";
import { bodySchema } from "../../../arm/body-schema.ts";
import { write } from "../../../arm/write.ts";
import { accessKeysBody, databases, newKey, requireWritableDatabase } from "./database.ts";
import type { CacheServices } from "../cache-type.ts";

const regenerateKeySchema = bodySchema({
  type: "object",
  required: ["keyType"],
  properties: { keyType: { type: "string", enum: ["Primary", "Secondary"] } },
});

/** Replaces one key and returns both, at once in every timing (recorded 2025). */
export const regenerateKey = (services: CacheServices): ArmOperation => ({
  action: `${databases.type}/regenerateKey/action`,
  display: { operation: "Regenerate Database Key", description: "Replaces an access key of a database." },
  body: "required",
  async handle(request) {
    const { keyType } = regenerateKeySchema.parse(request.body);
    const response = await write(services, request, async (tx, nowMs) => {
      const { database } = await requireWritableDatabase(tx, request.resourceId);
      const which = keyType === "Primary" ? "primary" : "secondary";
      const keys = { ...database.document.keys, [which]: newKey() };
      await databases.update(tx, database, { document: { ...database.document, keys } }, nowMs);
      return { response: providerResponse(200, accessKeysBody(keys)), detail: { keyType } };
    });
    await services.dataPlane?.applied(request.resourceId);
    return response;
  },
});
