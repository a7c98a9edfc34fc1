import { isSame, parseResourceId } from "../../../arm/resource-id.ts";
import { hasFeature } from "../api-versions.ts";
import type { ClusterDocument } from "../clusters/cluster.ts";
import { faultIf, shown, unsupportedSentence, type Fault } from "../errors.ts";
import { findSku, type Sku } from "../skus.ts";
import type { ModuleFinding } from "../data-plane.ts";
import { databases, type DatabaseModule, type DatabaseSettings, type GeoReplication } from "./database.ts";

/** A write of a database, before it is done. */
interface DatabaseWrite {
  readonly databaseId: string;
  readonly cluster: Pick<ClusterDocument, "kind" | "sku" | "highAvailability">;
  readonly apiVersion: string;
  /** undefined for a new database. */
  readonly current: DatabaseSettings | undefined;
  readonly next: DatabaseSettings;
}

/** One of Azure's rules: the faults that it finds in a write. */
type Rule = (write: DatabaseWrite) => readonly Fault[];

/** The faults that Azure's rules find in a write. */
export const databaseFaults: Rule = (write) => rules.flatMap((rule) => rule(write));

const portIsUnchanged: Rule = ({ current, next }) =>
  faultIf(
    current !== undefined && current.port !== next.port,
    "port",
    `The property 'properties.port' is decided at creation; it cannot be changed from '${current?.port}' to '${next.port}'.`,
  );

/** Published: the policy can be updated only from NoCluster. */
const clusteringPolicyIsUnchanged: Rule = ({ current, next }) =>
  faultIf(
    current !== undefined &&
      current.clusteringPolicy !== "NoCluster" &&
      current.clusteringPolicy !== next.clusteringPolicy,
    "clusteringPolicy",
    "The property 'properties.clusteringPolicy' can be changed only from 'NoCluster'; " +
      `it is '${current?.clusteringPolicy}' and cannot become '${next.clusteringPolicy}'.`,
  );

const noClusterNeedsVersion: Rule = ({ current, next, apiVersion }) =>
  faultIf(
    next.clusteringPolicy === "NoCluster" &&
      current?.clusteringPolicy !== "NoCluster" &&
      !hasFeature(apiVersion, "noCluster"),
    "clusteringPolicy",
    "The value 'NoCluster' of property 'properties.clusteringPolicy' is not valid. " +
      "Allowed values: 'EnterpriseCluster', 'OSSCluster'.",
  );

const noClusterLimitGb = 25;

/** Documented: for Azure Managed Redis of up to 25 GB. */
const noClusterFits: Rule = ({ next, cluster: { sku } }) =>
  faultIf(
    next.clusteringPolicy === "NoCluster" && !fitsNoCluster(findSku(sku.name)),
    "clusteringPolicy",
    `The clustering policy 'NoCluster' is for Azure Managed Redis of at most ${noClusterLimitGb} GB; ` +
      `the cluster's SKU is '${sku.name}'.`,
  );

const fitsNoCluster = (sku: Sku | undefined): boolean => sku?.kind === "v2" && sku.sizeInGb <= noClusterLimitGb;

const onePersistence: Rule = ({ next: { persistence } }) =>
  faultIf(
    persistence?.aofEnabled === true && persistence.rdbEnabled,
    "persistence",
    "At most one of AOF and RDB persistence can be enabled.",
  );

const rdbHasFrequency: Rule = ({ next: { persistence } }) =>
  faultIf(
    persistence?.rdbEnabled === true && persistence.rdbFrequency === null,
    "persistence.rdbFrequency",
    "The property 'properties.persistence.rdbFrequency' is required when RDB persistence is enabled. " +
      "Allowed values: '1h', '6h', '12h'.",
  );

const modulesAreUnchanged: Rule = ({ current, next }) =>
  faultIf(
    current !== undefined && !sameModules(current.modules, next.modules),
    "modules",
    "Modules can be chosen only when the database is created; they cannot be changed afterwards.",
  );

const sameModules = (some: readonly DatabaseModule[], others: readonly DatabaseModule[]): boolean =>
  some.length === others.length &&
  some.every(({ name, args }) => others.some((other) => other.name === name && other.args === args));

const modulesDiffer: Rule = ({ next: { modules } }) =>
  modules.flatMap(({ name }, index) =>
    faultIf(
      modules.findIndex((other) => other.name === name) < index,
      `modules[${index}].name`,
      `The module '${name}' is named more than once.`,
    ),
  );

/** Documented: RediSearch does not work with the OSS cluster policy. */
const searchNeedsOneEndpoint: Rule = ({ next }) =>
  faultIf(
    next.clusteringPolicy === "OSSCluster" && next.modules.some(({ name }) => name === "RediSearch"),
    "clusteringPolicy",
    "The module 'RediSearch' cannot be used with the clustering policy 'OSSCluster'.",
  );

/** Documented for Azure Managed Redis: RedisJSON is the only module of Flash Optimized. */
const flashHasOnlyJson: Rule = ({ next: { modules }, cluster }) =>
  modules.flatMap(({ name }, index) =>
    faultIf(
      findSku(cluster.sku.name)?.family === "FlashOptimized" && name !== "RedisJSON",
      `modules[${index}].name`,
      `The module '${name}' is not available for SKU '${cluster.sku.name}'; 'RedisJSON' is.`,
    ),
  );

/** Published with 2026-02-01-preview. Redis itself accepts such a value and sends no notifications. */
const eventsHaveAChannel: Rule = ({ next: { notifyKeyspaceEvents = "" } }) =>
  faultIf(
    notifyKeyspaceEvents !== "" && !/[KE]/.test(notifyKeyspaceEvents),
    "notifyKeyspaceEvents",
    `The value '${notifyKeyspaceEvents}' of property 'properties.notifyKeyspaceEvents' has neither 'K' nor 'E'.`,
  );

/** The faults that the rules of active geo-replication find in a write; none without a group. */
const geoReplicationFaults: Rule = (write) => {
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

/** Documented: the group of a new database includes the database itself. */
function memberFaults({ linkedDatabases }: GeoReplication, databaseId: string): readonly Fault[] {
  const others = linkedDatabases.flatMap((id, index) =>
    isSame(id, databaseId) ? [] : [otherDatabaseFault(id, `properties.geoReplication.linkedDatabases[${index}].id`)],
  );
  const lacksItself = faultIf(
    others.length === linkedDatabases.length,
    "geoReplication.linkedDatabases",
    `The linked databases have to include the database itself, '${databaseId}'.`,
  );
  return [...lacksItself, ...others];
}

const otherDatabaseFault = (id: string, target: string): Fault =>
  notADatabaseId(target, id) ?? {
    target,
    message: unsupportedSentence(`Linking with another database, ${shown(id)},`),
  };

/** The fault of an id that is not the id of a database. */
export const notADatabaseId = (target: string, id: string): Fault | undefined =>
  isSame(parseResourceId(id)?.type ?? "", databases.type)
    ? undefined
    : { target, message: `The value ${shown(id)} of property '${target}' is not the id of a database.` };

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

const rules: readonly Rule[] = [
  portIsUnchanged,
  clusteringPolicyIsUnchanged,
  noClusterNeedsVersion,
  noClusterFits,
  onePersistence,
  rdbHasFrequency,
  modulesAreUnchanged,
  modulesDiffer,
  searchNeedsOneEndpoint,
  flashHasOnlyJson,
  eventsHaveAChannel,
  geoReplicationFaults,
];

/** The modules with the versions that they report. */
export const withReportedVersions = (
  modules: readonly DatabaseModule[],
  findings: readonly ModuleFinding[],
): readonly DatabaseModule[] =>
  modules.map((module, index) => {
    const finding = findings[index];
    const version = finding !== undefined && "version" in finding ? finding.version : undefined;
    return { ...module, version: version ?? module.version };
  });

/** The faults of modules that cannot be loaded. */
export const moduleFaults = (
  modules: readonly DatabaseModule[],
  findings: readonly ModuleFinding[],
): readonly Fault[] =>
  findings.flatMap((finding, index) =>
    "refusal" in finding
      ? faultIf(true, `modules[${index}].name`, `The module '${modules[index]?.name}' ${finding.refusal}`)
      : [],
  );
