import { bodySchema } from "../../../arm/body-schema.ts";
import { missingBody } from "../../../arm/errors.ts";
import type { ArmOperation } from "../../../arm/resource-type.ts";
import { hasFeature, versionsWith } from "../api-versions.ts";
import { refuseFaults } from "../errors.ts";
import { beginAction, checkRedisAction } from "./begin-action.ts";
import { databaseWork, databases, maxLinkedDatabases } from "./database.ts";
import type { CacheServices } from "../cache-type.ts";
import { notLinked } from "./force-link.ts";

const flushSchema = bodySchema({
  type: "object",
  properties: { ids: { type: ["array", "null"], maxItems: maxLinkedDatabases, items: { type: "string" } } },
});

/** Removes all keys. `ids` are linked databases to flush as well; there are none, so every id is refused. */
export const flushDatabase = (services: CacheServices): ArmOperation => ({
  action: `${databases.type}/flush/action`,
  display: { operation: "Flush Database", description: "Removes all keys of a database." },
  body: "optional",
  apiVersions: versionsWith("flush"),
  handle(request) {
    if (request.body === undefined && !hasFeature(request.apiVersion, "flushWithoutBody")) throw missingBody();
    const ids = flushSchema.parse(request.body ?? {}).ids ?? [];
    return beginAction(services, request, {
      work: databaseWork.flush,
      check: ({ id: databaseId }) => {
        refuseFaults(ids.map((id, index) => notLinked({ target: `ids[${index}]`, id, databaseId })));
        checkRedisAction(services);
      },
    });
  },
});
