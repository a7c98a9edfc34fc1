import { bodySchema } from "../../../arm/body-schema.ts";
import type { ArmOperation } from "../../../arm/resource-type.ts";
import { hasFeature, versionsWith } from "../api-versions.ts";
import { requireDatabase } from "./database-access.ts";
import { maxLinkedDatabases } from "./database-document.ts";
import { isDatabaseId, isSameId } from "./database-id.ts";
import { databaseAction } from "./database-services.ts";
import type { DatabaseServices } from "./database-services.ts";
import type { StoredDatabase } from "./database-store.ts";
import { refuseFaults, unsupported, shown } from "../errors.ts";
import type { Fault } from "../errors.ts";

const idsSchema = bodySchema({
  type: "object",
  required: ["ids"],
  properties: { ids: { type: "array", minItems: 1, maxItems: maxLinkedDatabases, items: { type: "string" } } },
});

/** Groups hold their one database only, so that there is nothing to unlink: every id is refused by name. */
export const forceUnlink = ({ store }: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/forceUnlink/action`,
  display: { operation: "Force Unlink Database", description: "Removes databases from a geo-replication group." },
  body: "required",
  apiVersions: versionsWith("geoReplication"),
  async handle(request) {
    const { ids } = idsSchema.parse(request.body);
    const database = await requireDatabase(store, request);
    refuseFaults(ids.map((id, index) => unlinkFault(id, index, database)));
    throw unsupported("Unlinking databases");
  },
});

function unlinkFault(id: string, index: number, database: StoredDatabase): Fault {
  const target = `ids[${index}]`;
  if (!isDatabaseId(id))
    return { target, message: `The value ${shown(id)} of property '${target}' is not the id of a database.` };
  if (isSameId(id, database.id))
    return { target, message: `The database ${shown(id)} cannot be unlinked from itself.` };
  return { target, message: `The database ${shown(id)} is not linked with '${database.id}'.` };
}

const group = {
  type: "object",
  required: ["groupNickname", "linkedDatabases"],
  properties: {
    groupNickname: { type: "string", minLength: 1 },
    linkedDatabases: {
      type: "array",
      minItems: 1,
      maxItems: maxLinkedDatabases,
      items: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
    },
  },
} as const;

const groupSchema = bodySchema(group);
const nestedGroupSchema = bodySchema({
  type: "object",
  required: ["geoReplication"],
  properties: { geoReplication: group },
});

/** Links with other databases, which Cuprite does not do. */
export const forceLink = ({ store }: DatabaseServices): ArmOperation => ({
  action: `${databaseAction}/forceLinkToReplicationGroup/action`,
  display: { operation: "Force Link Database", description: "Links a database with a geo-replication group anew." },
  body: "required",
  apiVersions: versionsWith("forceLink"),
  async handle(request) {
    const isNested = hasFeature(request.apiVersion, "nestedForceLink");
    if (isNested) nestedGroupSchema.parse(request.body);
    else groupSchema.parse(request.body);
    await requireDatabase(store, request);
    throw unsupported("Linking with a geo-replication group");
  },
});
