import { findSku } from "../skus.ts";
import type { DatabaseSettings, GeoReplication } from "./database-document.ts";
import { isDatabaseId, isSameId } from "./database-id.ts";
import type { DatabaseWrite, Rule } from "./database-write.ts";
import { faultIf, shown, unsupportedSentence } from "../errors.ts";
import type { Fault } from "../errors.ts";

/** Everything that the rules of active geo-replication have against a write; nothing without a group. */
export const geoReplicationFaults: Rule = (write) => {
  const { geoReplication } = write.next;
  if (geoReplication === undefined) return [];
  return [
    ...groupFaults(geoReplication),
    ...memberFaults(geoReplication, write.databaseId),
    ...changeFaults(geoReplication, write.current),
    ...clusterFaults(write),
    ...settingsFaults(write.next),
  ];
};

const groupFaults = ({ groupNickname }: GeoReplication): readonly Fault[] =>
  faultIf(
    groupNickname === "",
    "geoReplication.groupNickname",
    "The property 'properties.geoReplication.groupNickname' is required.",
  );

/** Documented: the group of a new database names the database itself. */
function memberFaults({ linkedDatabases }: GeoReplication, databaseId: string): readonly Fault[] {
  const strangers = linkedDatabases.flatMap((id, index) =>
    isSameId(id, databaseId) ? [] : [strangerFault(id, `geoReplication.linkedDatabases[${index}].id`)],
  );
  const lacksItself = faultIf(
    strangers.length === linkedDatabases.length,
    "geoReplication.linkedDatabases",
    `The linked databases have to include the database itself, '${databaseId}'.`,
  );
  return [...lacksItself, ...strangers];
}

const strangerFault = (id: string, property: string): Fault => ({
  target: `properties.${property}`,
  message: isDatabaseId(id)
    ? unsupportedSentence(`Linking with another database, ${shown(id)},`)
    : `The value ${shown(id)} of property 'properties.${property}' is not the id of a database.`,
});

const changeFaults = (next: GeoReplication, current: DatabaseSettings | undefined): readonly Fault[] =>
  faultIf(
    current !== undefined && current.geoReplication?.groupNickname !== next.groupNickname,
    "geoReplication.groupNickname",
    "The geo-replication group is decided at creation; " +
      `it cannot be changed from ${shown(current?.geoReplication?.groupNickname ?? "")} to ${shown(next.groupNickname)}.`,
  );

const withoutGeoReplication: ReadonlySet<string> = new Set(["Balanced_B0", "Balanced_B1"]);

/** Documented for Azure Managed Redis. */
function clusterFaults({ cluster: { sku, highAvailability } }: DatabaseWrite): readonly Fault[] {
  const isTooSmall = withoutGeoReplication.has(sku.name) || findSku(sku.name)?.family === "FlashOptimized";
  return [
    ...faultIf(isTooSmall, "geoReplication", `Geo-replication is not available for SKU '${sku.name}'.`),
    ...faultIf(
      highAvailability === "Disabled",
      "geoReplication",
      "Geo-replication is not available for a cluster without high availability.",
    ),
  ];
}

/** Documented for Azure Managed Redis. */
function settingsFaults({ persistence, modules, evictionPolicy }: DatabaseSettings): readonly Fault[] {
  const isPersistent = persistence?.aofEnabled === true || persistence?.rdbEnabled === true;
  return [
    ...faultIf(isPersistent, "persistence", "Persistence cannot be enabled for a geo-replicated database."),
    ...modules.flatMap(({ name }, index) =>
      faultIf(
        name !== "RediSearch" && name !== "RedisJSON",
        `modules[${index}].name`,
        `The module '${name}' cannot be used with geo-replication; 'RediSearch' and 'RedisJSON' can.`,
      ),
    ),
    ...faultIf(
      evictionPolicy !== "NoEviction" && modules.some(({ name }) => name === "RediSearch"),
      "evictionPolicy",
      "A geo-replicated database with the module 'RediSearch' needs the eviction policy 'NoEviction'; " +
        `it is '${evictionPolicy}'.`,
    ),
  ];
}
