import { randomBytes } from "node:crypto";
import { providerResourceNotFound } from "../../../arm/errors.ts";
import { parentIdOf } from "../../../arm/resource-id.ts";
import { resourceKind } from "../../../arm/resource-kind.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import { listBelow, removeResource } from "../../../store/resources.ts";
import type { Queryable, StoredResource, Transaction } from "../../../store/store.ts";
import { assignments } from "../access-policy-assignments/assignment.ts";
import { hasFeature, type Feature } from "../api-versions.ts";
import { cacheNamespace, type CacheServices } from "../cache-type.ts";
import { refuseWhileBusy, requireIdleCluster } from "../clusters/cluster.ts";
import type { ProvisioningState, ResourceState, StoredCluster } from "../clusters/cluster.ts";
import type { ClusterKind } from "../skus.ts";
import type { AskedModule } from "../data-plane.ts";

export const clusteringPolicies = ["EnterpriseCluster", "OSSCluster", "NoCluster"] as const;

export const evictionPolicies = [
  "AllKeysLFU",
  "AllKeysLRU",
  "AllKeysRandom",
  "VolatileLRU",
  "VolatileLFU",
  "VolatileTTL",
  "VolatileRandom",
  "NoEviction",
] as const;

/** A frequency is kept while its kind of persistence is off (recorded 2023); null when none was ever set. */
export interface Persistence {
  readonly aofEnabled: boolean;
  readonly rdbEnabled: boolean;
  readonly aofFrequency: "1s" | "always" | null;
  readonly rdbFrequency: "1h" | "6h" | "12h" | null;
}

export interface DatabaseModule extends AskedModule {
  readonly version: string;
}

export interface GeoReplication {
  readonly groupNickname: string;
  /** Ids of the databases in the group, including this one. */
  readonly linkedDatabases: readonly string[];
}

/** What callers decide about a database. */
export interface DatabaseSettings {
  readonly clientProtocol: "Encrypted" | "Plaintext";
  readonly port: number;
  readonly clusteringPolicy: (typeof clusteringPolicies)[number];
  readonly evictionPolicy: (typeof evictionPolicies)[number];
  /** undefined until it is set for the first time; then shown even when all is off. */
  readonly persistence: Persistence | undefined;
  readonly modules: readonly DatabaseModule[];
  readonly geoReplication: GeoReplication | undefined;
  readonly notifyKeyspaceEvents: string | undefined;
  readonly deferUpgrade: "Deferred" | "NotDeferred";
  readonly accessKeysAuthentication: "Enabled" | "Disabled";
}

/** The passwords of user `default`. Secret: they leave only through listKeys and regenerateKey. */
interface AccessKeys {
  readonly primary: string;
  readonly secondary: string;
}

/** What is stored of a database, whichever api-version it was written with. */
export interface DatabaseDocument extends DatabaseSettings {
  readonly name: string;
  /** Shown while no running Redis reports its own. */
  readonly redisVersion: string;
  readonly keys: AccessKeys;
  readonly provisioningState: ProvisioningState;
  readonly resourceState: ResourceState;
  /** The operation that the provisioning state waits for; a later one takes its place. */
  readonly operationId: string | undefined;
  /** Why its Redis did not start, in one sentence. */
  readonly failure?: string | undefined;
}

export type StoredDatabase = StoredResource<DatabaseDocument>;

export const databases = resourceKind<DatabaseDocument>(cacheNamespace, ["redisEnterprise", "databases"]);

/** The work on databases that may take longer than a response. Recorded: creation 6 to 8 s, deletion 6 to 20 s; the others are estimates. */
export const databaseWork = {
  create: { name: "redisEnterprise.database.create", azureDurationMs: 7_000 },
  write: { name: "redisEnterprise.database.update", azureDurationMs: 6_000 },
  /** A write that needs a restart of the Redis. */
  restart: { name: "redisEnterprise.database.restart", azureDurationMs: 6_000 },
  delete: {
    name: "redisEnterprise.database.delete",
    azureDurationMs: 10_000,
    input: { answersResource: false },
  },
  upgrade: { name: "redisEnterprise.database.upgrade", azureDurationMs: 240_000 },
  flush: { name: "redisEnterprise.database.flush", azureDurationMs: 5_000 },
  import: { name: "redisEnterprise.database.import", azureDurationMs: 30_000, secretInput: ["sasUris"] },
  export: { name: "redisEnterprise.database.export", azureDurationMs: 30_000, secretInput: ["sasUri"] },
} as const;

/** Documented: a geo-replication group spans at most this many instances. */
export const maxLinkedDatabases = 5;

/** The Redis version after an upgrade. */
export const newestRedisVersion: Readonly<Record<ClusterKind, string>> = { v1: "7.2", v2: "7.4" };

/** The versions that the response to a creation shows, whatever is loaded later (recorded 2023 to 2025). */
const moduleVersionsAtCreation: Readonly<Partial<Record<AskedModule["name"], string>>> = {
  RedisBloom: "2.2.4",
  RediSearch: "2.0.6",
  RedisTimeSeries: "1.4.8",
};

/** A new random access key: 44 characters of base64, as Azure's are. */
export const newKey = (): string => randomBytes(32).toString("base64");

/** The access keys as clients read them. */
export const accessKeysBody = ({ primary, secondary }: AccessKeys): object => ({
  primaryKey: primary,
  secondaryKey: secondary,
});

type States = Pick<DatabaseDocument, "provisioningState" | "resourceState" | "operationId" | "failure">;

/** A database's states while no operation is in progress. */
export const idle: States = {
  provisioningState: "Succeeded",
  resourceState: "Running",
  operationId: undefined,
  failure: undefined,
};

/** A database's states during an operation; `idle` when there is none to wait for. */
export const waitingFor = (
  operation: StoredOperation | undefined,
  state: "Creating" | "Updating" | "Deleting",
): States =>
  operation === undefined
    ? idle
    : { ...idle, provisioningState: state, resourceState: state, operationId: operation.id };

/** The database with this id. @throws ArmError when there is none. */
export async function requireDatabase(from: Queryable, id: string): Promise<StoredDatabase> {
  const database = await databases.find(from, id);
  if (database === undefined) throw providerResourceNotFound();
  return database;
}

interface DatabaseInCluster {
  readonly cluster: StoredCluster;
  readonly database: StoredDatabase;
}

/** A database that an assignment is written in, and its cluster. @throws ArmError when one is missing or busy. */
export async function requireIdleDatabase(tx: Transaction, id: string): Promise<DatabaseInCluster> {
  const database = await requireDatabase(tx, id);
  const cluster = await requireIdleCluster(tx, parentIdOf(database.id));
  refuseWhileBusy(database);
  return { cluster, database };
}

/** A database to change, and its cluster. @throws ArmError when one is missing or busy, or an assignment of it is busy. */
export async function requireWritableDatabase(tx: Transaction, id: string): Promise<DatabaseInCluster> {
  const found = await requireIdleDatabase(tx, id);
  await refuseWhileAssignmentsBusy(tx, found.database);
  return found;
}

/** @throws ArmError while an assignment of a database is written or deleted: Azure's back end treats them as one thing. */
export async function refuseWhileAssignmentsBusy(tx: Transaction, { key }: StoredDatabase): Promise<void> {
  for (const assignment of await assignments.children(tx, key)) refuseWhileBusy(assignment);
}

/** Removes a database and everything below it. */
export async function removeDatabase(tx: Transaction, database: StoredDatabase): Promise<void> {
  const below = await listBelow(tx, database.key);
  for (const child of below.toReversed()) await removeResource(tx, child);
  await removeResource(tx, database);
}

/** Properties that not every api-version has, and the feature that they came with. */
const introducedBy: ReadonlyMap<string, Feature> = new Map([
  ["persistence", "persistence"],
  ["geoReplication", "geoReplication"],
  ["notifyKeyspaceEvents", "notifyKeyspaceEvents"],
  ["deferUpgrade", "deferUpgrade"],
  ["redisVersion", "databaseRedisVersion"],
  ["accessKeysAuthentication", "managedRedis"],
]);

/** The properties of a database that an api-version knows. */
export const knownProperties = (properties: object, apiVersion: string): JsonObject =>
  Object.fromEntries(
    Object.entries(properties).filter(([name]) => {
      const feature = introducedBy.get(name);
      return feature === undefined || hasFeature(apiVersion, feature);
    }),
  );

/**
 * A database as clients of an api-version read it, in the recorded order, never with its keys, and with the version that its Redis
 * reports. A database that is stored as succeeded, but whose Redis does not start, reads as failed while that lasts.
 */
export function databaseBody(
  { dataPlane }: Pick<CacheServices, "dataPlane">,
  { id, document }: Pick<StoredDatabase, "id" | "document">,
  { apiVersion, isCreation = false }: { readonly apiVersion: string; readonly isCreation?: boolean },
): object {
  const isDown = document.provisioningState === "Succeeded" && dataPlane?.trouble(id) !== undefined;
  const modules = isCreation ? document.modules.map(asAtCreation) : document.modules;
  const properties = {
    clientProtocol: document.clientProtocol,
    port: document.port,
    provisioningState: isDown ? "Failed" : document.provisioningState,
    resourceState: isDown ? "EnableFailed" : document.resourceState,
    clusteringPolicy: document.clusteringPolicy,
    evictionPolicy: document.evictionPolicy,
    modules: modules.length > 0 ? modules : undefined,
    persistence: document.persistence,
    geoReplication: geoReplicationBody(document),
    notifyKeyspaceEvents: document.notifyKeyspaceEvents,
    deferUpgrade: document.deferUpgrade,
    redisVersion: dataPlane?.redisVersion(id) ?? document.redisVersion,
    accessKeysAuthentication: document.accessKeysAuthentication,
  };
  return {
    name: document.name,
    id,
    type: databases.type,
    properties: knownProperties(properties, apiVersion),
  };
}

const asAtCreation = (module: DatabaseModule): DatabaseModule => ({
  ...module,
  version: moduleVersionsAtCreation[module.name] ?? module.version,
});

/** Links read Linking while the database is created, then Linked (recorded 2025). */
function geoReplicationBody({ geoReplication, provisioningState }: DatabaseDocument): object | undefined {
  if (geoReplication === undefined) return undefined;
  const state = provisioningState === "Creating" ? "Linking" : "Linked";
  const linkedDatabases = geoReplication.linkedDatabases.map((id) => ({ id, state }));
  return { linkedDatabases, groupNickname: geoReplication.groupNickname };
}
