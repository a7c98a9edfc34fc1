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
export type ApiVersion = (typeof apiVersions)[number];

/** Newest first: how ARM lists them. */
export const apiVersionsNewestFirst: readonly ApiVersion[] = apiVersions.toReversed();

/** Versions with a feature that came with `first` and has stayed, but for stable versions that were cut from older previews. */
const from = (first: ApiVersion, except: readonly ApiVersion[] = []): ReadonlySet<string> =>
  new Set(apiVersions.filter((version) => version >= first && !except.includes(version)));

/**
 * What each version knows: properties it reads and shows, operations it has (changelogs and type indexes of the
 * published versions). Stable versions lag behind previews with an earlier date.
 */
export const features = {
  persistence: from("2021-02-01-preview"),
  geoReplication: from("2021-02-01-preview", ["2021-03-01", "2021-08-01"]),
  /** Import takes several `sasUris`, before that one `sasUri`. */
  importFromSeveral: from("2021-08-01"),
  identity: from("2022-11-01-preview", ["2023-07-01"]),
  /** Clusters show an identity: also in 2023-07-01, which publishes none (recorded). */
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
  /** Names of clusters are checked for more than what ARM allows. */
  namePattern: from("2024-03-01-preview"),
  skuE1: from("2024-06-01-preview"),
  skuE5: from("2023-10-01-preview", ["2023-11-01"]),
  skusE200AndE400: from("2023-10-01-preview", ["2023-11-01", "2024-02-01", "2024-03-01-preview", "2024-06-01-preview"]),
  noCluster: from("2025-05-01-preview"),
  /** Flush may come without a body. */
  flushWithoutBody: from("2025-05-01-preview"),
  /** The body of forceLinkToReplicationGroup holds a `geoReplication`, before that its properties themselves. */
  nestedForceLink: from("2024-10-01"),
  listSkusForScaling: from("2025-05-01-preview"),
  publicNetworkAccess: from("2025-07-01"),
  /** Access keys are off unless asked for; before, they were on. */
  accessKeysOffByDefault: from("2025-07-01"),
  /**
   * DELETE of a private endpoint connection may answer 202. 2022-01-01 declares it since a later edition, but clients
   * made from its first one (JavaScript 2.2.0), and from 2023-03-01-preview (az), take 202 for an error.
   */
  asynchronousConnectionDelete: from("2022-11-01-preview", ["2023-03-01-preview"]),
  maintenanceConfiguration: from("2025-08-01-preview"),
  connectionGroupIds: from("2025-08-01-preview"),
  notifyKeyspaceEvents: from("2026-02-01-preview"),
  /** Access policy assignments have an access string and tell what is wrong with it; they need no policy's name any more. */
  accessStrings: from("2026-05-01-preview"),
} as const satisfies Record<string, ReadonlySet<string>>;
export type Feature = keyof typeof features;

/** Whether an api-version has a feature. */
export const hasFeature = (version: string, feature: Feature): boolean => features[feature].has(version);

/** The api-versions that have a feature, newest first. */
export const versionsWith = (feature: Feature): readonly ApiVersion[] =>
  apiVersionsNewestFirst.filter((version) => hasFeature(version, feature));
