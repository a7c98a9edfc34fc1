import { describe, expect, test } from "vitest";
import {
  apiVersions,
  apiVersionsNewestFirst,
  features,
  hasFeature,
} from "../../../src/providers/microsoft.cache/api-versions.ts";
import type { Feature } from "../../../src/providers/microsoft.cache/api-versions.ts";

const versionsWith = (feature: Feature): string[] => apiVersions.filter((version) => hasFeature(version, feature));

describe("the published versions", () => {
  test("the published versions are 25, each once, sorted by date", () => {
    expect(new Set(apiVersions).size).toBe(25);
    expect(apiVersions.toSorted()).toEqual([...apiVersions]);
    expect(apiVersionsNewestFirst).toEqual(apiVersions.toReversed());
  });

  test("only published versions have features", () => {
    for (const versions of Object.values(features)) {
      for (const version of versions) expect(apiVersions).toContain(version);
    }
    expect(hasFeature("2025-07-02", "managedRedis")).toBe(false);
  });
});

describe("stable versions lag behind previews with an earlier date", () => {
  test.each([
    ["identity", "2023-07-01"],
    ["encryption", "2023-07-01"],
    ["managedRedis", "2024-10-01"],
    ["skuE5", "2023-11-01"],
    ["skusE200AndE400", "2024-02-01"],
    ["geoReplication", "2021-03-01"],
    ["geoReplication", "2021-08-01"],
  ] as const)("%s is not in %s, though in an earlier preview", (feature, version) => {
    expect(hasFeature(version, feature)).toBe(false);
    expect(versionsWith(feature).some((other) => other < version)).toBe(true);
  });
});

test.each([
  ["publicNetworkAccess", "2025-07-01"],
  ["listSkusForScaling", "2025-05-01-preview"],
  ["namePattern", "2024-03-01-preview"],
  ["scalingStates", "2023-08-01-preview"],
  ["maintenanceConfiguration", "2025-08-01-preview"],
  ["connectionGroupIds", "2025-08-01-preview"],
] as const)("%s is in %s and all later versions", (feature, first) => {
  expect(versionsWith(feature)).toEqual(apiVersions.filter((version) => version >= first));
});
