import { bodySchema } from "../../../arm/body-schema.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import { hasFeature } from "../api-versions.ts";
import { maxLinkedDatabases } from "./database-document.ts";

/**
 * An absolute URL with a shared access signature: whoever knows it can read and write what it leads to. `file:` URLs are
 * judged by whoever opens the file. No two repeated parts of the pattern may match the same characters: a long URL would
 * be tried for hours.
 */
const sasUri = {
  type: "string",
  pattern: "^(?:[hH][tT][tT][pP][sS]?://[^\\s/?#]|[fF][iI][lL][eE]:///)\\S*$",
  secret: true,
} as const;

const importSchema = bodySchema({
  type: "object",
  required: ["sasUris"],
  properties: { sasUris: { type: "array", minItems: 1, items: sasUri, secret: true } },
});

const exportSchema = bodySchema({ type: "object", required: ["sasUri"], properties: { sasUri } });

/** Where to import from: several places, but one in the oldest versions. */
export const readImportRequest = (body: JsonObject | undefined, apiVersion: string): readonly string[] =>
  hasFeature(apiVersion, "importFromSeveral") ? importSchema.parse(body).sasUris : [exportSchema.parse(body).sasUri];

/** Where to export to. */
export const readExportRequest = (body: JsonObject | undefined): string => exportSchema.parse(body).sasUri;

const flushSchema = bodySchema({
  type: "object",
  properties: { ids: { type: ["array", "null"], maxItems: maxLinkedDatabases, items: { type: "string" } } },
});

/** The other databases of the group that are to be flushed too. */
export const readFlushRequest = (body: JsonObject | undefined): readonly string[] =>
  flushSchema.parse(body ?? {}).ids ?? [];
