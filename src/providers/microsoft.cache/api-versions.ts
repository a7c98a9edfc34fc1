/** The published versions of Microsoft.Cache/redisEnterprise, oldest first. */
export const apiVersions = [
  "2020-10-01-preview",
  "2021-02-01-preview",
  "2021-03-01",
  "2021-08-01",
  "2022-01-01",
  "2022-11-01-preview",
  "2023-03-01-preview",
  "2023-07-01",
  "2023-08-01-preview",
  "2023-10-01-preview",
  "2023-11-01",
  "2024-02-01",
  "2024-03-01-preview",
  "2024-06-01-preview",
  "2024-09-01-preview",
  "2024-10-01",
  "2025-04-01",
  "2025-05-01-preview",
  "2025-07-01",
  "2025-08-01-preview",
  "2026-02-01-preview",
  "2026-05-01-preview",
  "2026-06-01-preview",
  "2026-09-01",
  "2026-10-01-preview",
] as const;
type ApiVersion = (typeof apiVersions)[number];

/** Newest first, as ARM lists them. */
export const apiVersionsNewestFirst: readonly ApiVersion[] = apiVersions.toReversed();

/** The versions since `first`, except stable ones that were made from older previews. */
const from = (first: ApiVersion, except: readonly ApiVersion[] = []): ReadonlySet<string> =>
  new Set(apiVersions.filter((version) => version >= first && !except.includes(version)));

/**
 * The versions that have each feature: a property that they read and show, or an operation (changelogs and type indexes
 * of the published versions). Stable versions lack features of previews with an earlier date.
 */
export const features = {
  persistence: from("2021-02-01-preview"),
  geoReplication: from("2021-02-01-preview", ["2021-03-01", "2021-08-01"]),
  /** Import takes several `sasUris`; before, one `sasUri`. */
  importFromSeveral: from("2021-08-01"),
  identity: from("2022-11-01-preview", ["2023-07-01"]),
  /** Clusters show an identity, also in 2023-07-01, which publishes none (recorded). */
  identityShown: from("2022-11-01-preview"),
  encryption: from("2022-11-01-preview", ["2023-07-01"]),
  flush: from("2023-03-01-preview"),
  /** The resource states Scaling and ScalingFailed. */
  scalingStates: from("2023-08-01-preview"),
  deferUpgrade: from("2024-03-01-preview", ["2024-10-01"]),
  forceLink: from("2024-03-01-preview"),
  upgradeRedisVersion: from("2024-03-01-preview", ["2024-10-01"]),
  databaseRedisVersion: from("2024-03-01-preview", ["2024-10-01"]),
  /** Azure Managed Redis: its SKUs, kind, high availability, redundancy mode, access keys switch, access policies. */
  managedRedis: from("2024-09-01-preview", ["2024-10-01"]),
  /** Names of clusters have rules besides those of ARM. */
  namePattern: from("2024-03-01-preview"),
  skuE1: from("2024-06-01-preview"),
  skuE5: from("2023-10-01-preview", ["2023-11-01"]),
  skusE200AndE400: from("2023-10-01-preview", ["2023-11-01", "2024-02-01", "2024-03-01-preview", "2024-06-01-preview"]),
  noCluster: from("2025-05-01-preview"),
  /** The body of flush is optional. */
  flushWithoutBody: from("2025-05-01-preview"),
  /** The body of forceLinkToReplicationGroup has a `geoReplication`; before, the properties of it. */
  nestedForceLink: from("2024-10-01"),
  listSkusForScaling: from("2025-05-01-preview"),
  publicNetworkAccess: from("2025-07-01"),
  /** Access keys are off by default; before, they were on. */
  accessKeysOffByDefault: from("2025-07-01"),
  /**
   * DELETE of a private endpoint connection may return 202. A later edition of 2022-01-01 declares it, but clients made
   * from its first one (JavaScript 2.2.0), and from 2023-03-01-preview (az), treat 202 as an error.
   */
  asynchronousConnectionDelete: from("2022-11-01-preview", ["2023-03-01-preview"]),
  maintenanceConfiguration: from("2025-08-01-preview"),
  connectionGroupIds: from("2025-08-01-preview"),
  notifyKeyspaceEvents: from("2026-02-01-preview"),
  /** Access policy assignments have an access string and show what is wrong with it; they no longer need a policy's name. */
  accessStrings: from("2026-05-01-preview"),
} as const satisfies Record<string, ReadonlySet<string>>;
export type Feature = keyof typeof features;

/** Whether an api-version has a feature. */
export const hasFeature = (version: string, feature: Feature): boolean => features[feature].has(version);

/** The api-versions that have a feature, newest first. */
export const versionsWith = (feature: Feature): readonly ApiVersion[] =>
  apiVersionsNewestFirst.filter((version) => hasFeature(version, feature));
