import { describe, expect, test } from "vitest";
import { hostNameOf } from "../../../src/providers/microsoft.cache/clusters/cluster.ts";
import { redundancyOf } from "../../../src/providers/microsoft.cache/clusters/settings-rules.ts";

const managed = { kind: "v2", location: "eastus", zones: undefined, highAvailability: "Enabled" } as const;
const enterprise = { ...managed, kind: "v1" } as const;

describe("the redundancy of a cluster", () => {
  test.each([
    ["ZR", managed],
    ["ZR", { ...managed, location: "westus2" }],
    ["LR", { ...managed, location: "centraluseuap" }],
    ["LR", { ...managed, location: "westus" }],
    ["None", { ...managed, highAvailability: "Disabled" }],
    ["LR", enterprise],
    ["ZR", { ...enterprise, zones: ["1", "2", "3"] }],
    ["ZR", { ...enterprise, location: "westus", zones: ["1"] }],
  ] as const)("the redundancy of a cluster is %s for %j", (mode, cluster) => {
    expect(redundancyOf(cluster)).toBe(mode);
  });
});

test.each([
  ["v2", "c1.eastus.redis.azure.net"],
  ["v1", "c1.eastus.redisenterprise.cache.azure.net"],
] as const)("the host name of a %s cluster is %s", (kind, hostName) => {
  expect(hostNameOf({ name: "c1", location: "eastus", kind })).toBe(hostName);
});
