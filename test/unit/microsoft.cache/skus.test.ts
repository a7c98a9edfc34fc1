import { describe, expect, test } from "vitest";
import { apiVersions } from "../../../src/providers/microsoft.cache/api-versions.ts";
import { findSku, scalingTargets, skus, skusKnownTo } from "../../../src/providers/microsoft.cache/skus.ts";

const namesKnownTo = (version: string): string[] => skusKnownTo(version).map(({ name }) => name);

describe("the table of SKUs", () => {
  test("the table of SKUs has all 55 that are published for 2025-07-01", () => {
    expect(skus).toHaveLength(55);
    expect(namesKnownTo("2025-07-01")).toHaveLength(55);
  });

  test.each([
    ["2020-10-01-preview", 7],
    ["2023-08-01-preview", 7],
    ["2023-10-01-preview", 10],
    ["2023-11-01", 7],
    ["2024-02-01", 8],
    ["2024-03-01-preview", 8],
    ["2024-06-01-preview", 9],
    ["2024-09-01-preview", 55],
    ["2024-10-01", 11],
    ["2025-04-01", 55],
  ])("version %s has %i SKUs", (version, count) => {
    expect(namesKnownTo(version)).toHaveLength(count);
  });

  test("every version has the first seven SKUs", () => {
    const first = namesKnownTo("2020-10-01-preview");
    for (const version of apiVersions) expect(namesKnownTo(version)).toEqual(expect.arrayContaining(first));
  });

  test.each([
    ["Balanced_B10", "v2", 12],
    ["ComputeOptimized_X250", "v2", 235],
    ["MemoryOptimized_M2000", "v2", 1920],
    ["FlashOptimized_A250", "v2", 250],
    ["Enterprise_E10", "v1", 10],
    ["EnterpriseFlash_F300", "v1", 300],
  ])("the SKU %s is found in any case", (name, kind, sizeInGb) => {
    expect(findSku(name.toUpperCase())).toMatchObject({ name, kind, sizeInGb });
  });

  test.each(["", "Balanced", "Balanced_B2", "constructor"])("no SKU is called '%s'", (name) => {
    expect(findSku(name)).toBeUndefined();
  });
});

test.each([
  ["Balanced_B0", 15_000],
  ["Balanced_B5", 15_000],
  ["MemoryOptimized_M10", 15_000],
  ["Balanced_B10", 30_000],
  ["MemoryOptimized_M20", 30_000],
  ["ComputeOptimized_X3", 30_000],
  ["ComputeOptimized_X5", 30_000],
  ["ComputeOptimized_X10", 75_000],
  ["MemoryOptimized_M100", 150_000],
  ["Balanced_B100", 200_000],
  ["MemoryOptimized_M2000", 200_000],
  ["FlashOptimized_A250", 75_000],
  ["Enterprise_E10", 50_000],
  ["Enterprise_E100", 100_000],
  ["EnterpriseFlash_F300", 100_000],
])("%s takes %i clients", (name, maxConnections) => {
  expect(findSku(name)).toMatchObject({ maxConnections });
});

describe("scaling", () => {
  test.each([
    ["Balanced_B1", 37],
    ["FlashOptimized_A250", 7],
    ["Enterprise_E10", 8],
    ["EnterpriseFlash_F300", 3],
  ])("%s can be scaled to %i SKUs, and each of them back", (name, count) => {
    const from = findSku(name);
    if (from === undefined) throw new Error(`There is no SKU '${name}'.`);
    const targets = scalingTargets(from);
    expect(targets).toHaveLength(count);
    for (const target of targets) expect(scalingTargets(target)).toContain(from);
  });
});
