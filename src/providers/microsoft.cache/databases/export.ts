import { bodySchema } from "../../../arm/body-schema.ts";
import type { ArmOperation } from "../../../arm/resource-type.ts";
import type { Fault } from "../errors.ts";
import { beginAction, checkRedisAction } from "./begin-action.ts";
import { databaseWork, databases } from "./database.ts";
import type { CacheServices } from "../cache-type.ts";

/**
 * An absolute URL with a shared access signature, which lets anyone read and write what it leads to. What opens a `file:` URL
 * checks it. No two repeated parts of the pattern may match the same characters: a long URL would be tried for hours.
 */
export const sasUriSchema = {
  type: "string",
  pattern: "^(?:[hH][tT][tT][pP][sS]?://[^\\s/?#]|[fF][iI][lL][eE]:///)\\S*$",
  secret: true,
} as const;

export const exportSchema = bodySchema({ type: "object", required: ["sasUri"], properties: { sasUri: sasUriSchema } });

/** Writes a dump of the keys. */
export const exportDatabase = (services: CacheServices): ArmOperation => ({
  action: `${databases.type}/export/action`,
  display: { operation: "Export Database", description: "Exports data from a database." },
  body: "required",
  async handle(request) {
    const { sasUri } = exportSchema.parse(request.body);
    const faults = await dumpFaults(services, { sasUri, use: "export", target: "sasUri" });
    const check = (): void => checkRedisAction(services, faults);
    return await beginAction(services, request, { work: databaseWork.export, input: { sasUri }, check });
  },
});

/** Why the data plane refuses a dump's URL; the messages do not contain it. */
export async function dumpFaults(
  { dataPlane }: CacheServices,
  { sasUri, use, target }: { sasUri: string; use: "import" | "export"; target: string },
): Promise<readonly Fault[]> {
  const why = await dataPlane?.dumpRefusal(sasUri, use);
  return why === undefined ? [] : [{ target, message: `The URL in property '${target}' ${why}` }];
}
