import { hasFeature } from "../api-versions.ts";
import { findSku } from "../skus.ts";
import type { Sku } from "../skus.ts";
import type { DatabaseModule } from "./database-document.ts";
import type { Rule } from "./database-write.ts";
import { faultIf } from "../errors.ts";
import { geoReplicationFaults } from "./geo-replication-rules.ts";

/** Everything that Azure's rules have against a write. */
export const databaseFaults: Rule = (write) => rules.flatMap((rule) => rule(write));

const portStays: Rule = ({ current, next }) =>
  faultIf(
    current !== undefined && current.port !== next.port,
    "port",
    `The property 'properties.port' is decided at creation; it cannot be changed from '${current?.port}' to '${next.port}'.`,
  );

/** Published: the policy can be updated only from NoCluster. */
const clusteringPolicyStays: Rule = ({ current, next }) =>
  faultIf(
    current !== undefined &&
      current.clusteringPolicy !== "NoCluster" &&
      current.clusteringPolicy !== next.clusteringPolicy,
    "clusteringPolicy",
    "The property 'properties.clusteringPolicy' can be changed only from 'NoCluster'; " +
      `it is '${current?.clusteringPolicy}' and cannot become '${next.clusteringPolicy}'.`,
  );

const noClusterIsKnown: Rule = ({ current, next, apiVersion }) =>
  faultIf(
    next.clusteringPolicy === "NoCluster" &&
      current?.clusteringPolicy !== "NoCluster" &&
      !hasFeature(apiVersion, "noCluster"),
    "clusteringPolicy",
    "The value 'NoCluster' of property 'properties.clusteringPolicy' is not valid. " +
      "Allowed values: 'EnterpriseCluster', 'OSSCluster'.",
  );

/** Documented: for Azure Managed Redis of up to 25 GB. */
const noClusterFits: Rule = ({ next, cluster: { sku } }) =>
  faultIf(
    next.clusteringPolicy === "NoCluster" && !fitsNoCluster(findSku(sku.name)),
    "clusteringPolicy",
    `The clustering policy 'NoCluster' is for Azure Managed Redis of at most ${noClusterLimitGb} GB; ` +
      `the cluster's SKU is '${sku.name}'.`,
  );

const noClusterLimitGb = 25;

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

const modulesStay: Rule = ({ current, next }) =>
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

/** Documented: RediSearch does not go with the OSS cluster policy. */
const searchNeedsOneEndpoint: Rule = ({ next }) =>
  faultIf(
    next.clusteringPolicy === "OSSCluster" && next.modules.some(({ name }) => name === "RediSearch"),
    "clusteringPolicy",
    "The module 'RediSearch' cannot be used with the clustering policy 'OSSCluster'.",
  );

/** Documented for Azure Managed Redis: Flash Optimized has RedisJSON alone. */
const flashHasJsonAlone: Rule = ({ next: { modules }, cluster }) =>
  modules.flatMap(({ name }, index) =>
    faultIf(
      findSku(cluster.sku.name)?.family === "FlashOptimized" && name !== "RedisJSON",
      `modules[${index}].name`,
      `The module '${name}' is not available for SKU '${cluster.sku.name}'; 'RedisJSON' is.`,
    ),
  );

/** Published with 2026-02-01-preview; Redis itself would take it, and notify of nothing. */
const eventsNameAChannel: Rule = ({ next: { notifyKeyspaceEvents = "" } }) =>
  faultIf(
    notifyKeyspaceEvents !== "" && !/[KE]/.test(notifyKeyspaceEvents),
    "notifyKeyspaceEvents",
    `The value '${notifyKeyspaceEvents}' of property 'properties.notifyKeyspaceEvents' has neither 'K' nor 'E'.`,
  );

const rules: readonly Rule[] = [
  portStays,
  clusteringPolicyStays,
  noClusterIsKnown,
  noClusterFits,
  onePersistence,
  rdbHasFrequency,
  modulesStay,
  modulesDiffer,
  searchNeedsOneEndpoint,
  flashHasJsonAlone,
  eventsNameAChannel,
  geoReplicationFaults,
];
