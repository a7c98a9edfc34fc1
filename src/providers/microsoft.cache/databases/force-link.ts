import { isSame } from "../../../arm/resource-id.ts";
import { bodySchema } from "../../../arm/body-schema.ts";
import type { ArmOperation } from "../../../arm/resource-type.ts";
import { hasFeature, versionsWith } from "../api-versions.ts";
import { refuseFaults, shown, unsupported, type Fault } from "../errors.ts";
import { databases, maxLinkedDatabases, requireDatabase } from "./database.ts";
import type { CacheServices } from "../cache-type.ts";
import { notADatabaseId } from "./database-rules.ts";

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
export const forceLink = ({ store }: CacheServices): ArmOperation => ({
  action: `${databases.type}/forceLinkToReplicationGroup/action`,
  display: { operation: "Force Link Database", description: "Links a database with a geo-replication group again." },
  body: "required",
  apiVersions: versionsWith("forceLink"),
  async handle({ body, apiVersion, resourceId }) {
    if (hasFeature(apiVersion, "nestedForceLink")) nestedGroupSchema.parse(body);
    else groupSchema.parse(body);
    await requireDatabase(store, resourceId);
    throw unsupported("Linking with a geo-replication group");
  },
});

const idsSchema = bodySchema({
  type: "object",
  required: ["ids"],
  properties: { ids: { type: "array", minItems: 1, maxItems: maxLinkedDatabases, items: { type: "string" } } },
});

/** Removes databases from a group. A group has one database only, so there is nothing to unlink and every id is refused. */
export const forceUnlink = ({ store }: CacheServices): ArmOperation => ({
  action: `${databases.type}/forceUnlink/action`,
  display: { operation: "Force Unlink Database", description: "Removes databases from a geo-replication group." },
  body: "required",
  apiVersions: versionsWith("geoReplication"),
  async handle(request) {
    const { ids } = idsSchema.parse(request.body);
    const database = await requireDatabase(store, request.resourceId);
    refuseFaults(ids.map((id, index) => unlinkFault({ target: `ids[${index}]`, id, databaseId: database.id })));
    throw unsupported("Unlinking databases");
  },
});

interface LinkedId {
  readonly target: string;
  readonly id: string;
  readonly databaseId: string;
}

function unlinkFault(linked: LinkedId): Fault {
  const { target, id, databaseId } = linked;
  if (isSame(id, databaseId)) return { target, message: `The database ${shown(id)} cannot be unlinked from itself.` };
  return notADatabaseId(target, id) ?? notLinked(linked);
}

/** The fault of an id that a database is not linked with. */
export const notLinked = ({ target, id, databaseId }: LinkedId): Fault => ({
  target,
  message: `The database ${shown(id)} is not linked with '${databaseId}'.`,
});
