import { bodySchema } from "../../../arm/body-schema.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { hasFeature } from "../api-versions.ts";
import { beginAction, checkRedisAction } from "./begin-action.ts";
import { databaseWork, databases } from "./database.ts";
import type { CacheServices } from "../cache-type.ts";
import { dumpFaults, exportSchema, sasUriSchema } from "./export.ts";

const importSchema = bodySchema({
  type: "object",
  required: ["sasUris"],
  properties: { sasUris: { type: "array", minItems: 1, items: sasUriSchema, secret: true } },
});

/** The oldest versions import from one URL, which they write as for an export. */
const readUrls = ({ body, apiVersion }: ArmRequest): readonly string[] =>
  hasFeature(apiVersion, "importFromSeveral") ? importSchema.parse(body).sasUris : [exportSchema.parse(body).sasUri];

/** Replaces the keys by those of dumps. */
export const importDatabase = (services: CacheServices): ArmOperation => ({
  action: `${databases.type}/import/action`,
  display: { operation: "Import Database", description: "Imports data into a database." },
  body: "required",
  async handle(request) {
    const sasUris = [...readUrls(request)];
    const faults = await Promise.all(
      sasUris.map((sasUri, index) => dumpFaults(services, { sasUri, use: "import", target: `sasUris[${index}]` })),
    );
    const check = (): void => checkRedisAction(services, faults.flat());
    return await beginAction(services, request, { work: databaseWork.import, input: { sasUris }, check });
  },
});
