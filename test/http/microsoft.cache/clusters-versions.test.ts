import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apiVersions, hasFeature, type Feature } from "../../../src/providers/microsoft.cache/api-versions.ts";
import { skusKnownTo } from "../../../src/providers/microsoft.cache/skus.ts";
import { findResource } from "../../../src/store/resources.ts";
import { startCacheServer } from "../../support/cache-server.ts";
import { clusterRequest } from "../../support/cluster-bodies.ts";

interface Cluster {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly [name: string]: unknown;
}

/** Where each property that not all versions have is shown. */
const topLevel: readonly (readonly [string, Feature])[] = [
  ["kind", "managedRedis"],
  ["identity", "identityShown"],
];
const inProperties: readonly (readonly [string, Feature])[] = [
  ["encryption", "encryption"],
  ["highAvailability", "managedRedis"],
  ["redundancyMode", "managedRedis"],
  ["publicNetworkAccess", "publicNetworkAccess"],
  ["maintenanceConfiguration", "maintenanceConfiguration"],
];
const always = ["minimumTlsVersion", "hostName", "provisioningState", "resourceState", "privateEndpointConnections"];

function expectOnlyKnown(cluster: Cluster, version: string): void {
  const knows = ([, feature]: readonly [string, Feature]): boolean => hasFeature(version, feature);
  const name = ([property]: readonly [string, Feature]): string => property;
  const unknownTop = topLevel.filter((each) => !knows(each)).map(name);
  expect(Object.keys(cluster).filter((key) => unknownTop.includes(key))).toEqual([]);
  const known = [...always, ...inProperties.filter(knows).map(name)];
  expect(known).toEqual(expect.arrayContaining(Object.keys(cluster.properties)));
}

const idOf = (name: string): string =>
  `/subscriptions/s1/resourceGroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;

const identities = fc.constantFrom(
  undefined,
  { type: "None" },
  { type: "SystemAssigned" },
  { type: "UserAssigned", userAssignedIdentities: { [idOf("b")]: {}, [idOf("a")]: {} } },
  { type: "SystemAssigned, UserAssigned", userAssignedIdentities: { [idOf("a")]: {} } },
);

const keys = {
  customerManagedKeyEncryption: {
    keyEncryptionKeyIdentity: { userAssignedIdentityResourceId: idOf("a"), identityType: "userAssignedIdentity" },
    keyEncryptionKeyUrl: "https://v1.vault.azure.net/keys/k1/1",
  },
};

const windows = {
  maintenanceWindows: [{ type: "Weekly", duration: "PT5H", startHourUtc: 3, schedule: { dayOfWeek: "Monday" } }],
};

/** A body that its version accepts, with properties that it may not know. */
const requests = (version: string) =>
  fc
    .record({
      sku: fc.constantFrom(...skusKnownTo(version)),
      identity: identities,
      isEncrypted: fc.boolean(),
      highAvailability: fc.constantFrom(undefined, "Enabled", "Disabled"),
      publicNetworkAccess: fc.constantFrom("Enabled", "Disabled"),
      hasWindows: fc.boolean(),
      zones: fc.constantFrom(undefined, ["1"], ["3", "1", "2"]),
      tags: fc.option(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ maxLength: 20 }), { maxKeys: 3 })),
      location: fc.constantFrom("eastus", "West US 2", "Central US EUAP"),
    })
    .map(
      ({ sku, identity, isEncrypted, highAvailability, publicNetworkAccess, hasWindows, zones, tags, location }) => ({
        location,
        tags,
        sku: { name: sku.name },
        ...(identity === undefined ? {} : { identity }),
        ...(sku.kind === "v1" && zones !== undefined ? { zones } : {}),
        properties: {
          publicNetworkAccess,
          ...(hasWindows ? { maintenanceConfiguration: windows } : {}),
          ...(highAvailability === undefined || sku.kind === "v1" ? {} : { highAvailability }),
          ...(isEncrypted && identity?.type.endsWith("UserAssigned") === true ? { encryption: keys } : {}),
        },
      }),
    );

const cases = fc
  .record({ written: fc.constantFrom(...apiVersions), read: fc.constantFrom(...apiVersions) })
  .chain(({ written, read }) => requests(written).map((body) => ({ written, read, body })));

describe("whatever is written in one version", () => {
  test("a cluster written in one version shows in another only what that one knows, and a PUT of what a GET returned changes nothing", async () => {
    const server = await startCacheServer();
    let clusters = 0;
    await fc.assert(
      fc.asyncProperty(cases, async ({ written, read, body }) => {
        const name = `c${(clusters += 1)}`;
        const created = await server.send("PUT", name, body, written);
        expect(created).toMatchObject({ status: 201 });
        expectOnlyKnown(created.body as Cluster, written);
        const shown = await server.send("GET", name, undefined, read);
        expectOnlyKnown(shown.body as Cluster, read);
        expect(shown.body).toMatchObject({ sku: { name: body.sku.name } });
        const before = await findResource(server.store, server.idOf(name));
        const back = await server.send("PUT", name, shown.body as object, read);
        expect(back).toMatchObject({ status: 200, body: shown.body });
        expect(await findResource(server.store, server.idOf(name))).toEqual(before);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  test.each(apiVersions)("version %s can create a cluster, list it and delete it", async (version) => {
    const { send, request, group } = await startCacheServer();
    const [sku] = skusKnownTo(version);
    const created = await send("PUT", "c1", { ...clusterRequest, sku: { name: sku?.name } }, version);
    expect(created.status).toBe(201);
    const read = await send("GET", "c1", undefined, version);
    const list = await request("GET", `${group}/providers/Microsoft.Cache/redisEnterprise?api-version=${version}`);
    expect(list.body).toEqual({ value: [read.body] });
    expect((await send("DELETE", "c1", undefined, version)).status).toBe(200);
  });
});

describe("2023-07-01, which publishes no identity,", () => {
  test("version 2023-07-01, which publishes no identity, shows it, and ignores the one in a PUT", async () => {
    const { send } = await startCacheServer();
    const userAssigned = { type: "UserAssigned", userAssignedIdentities: { [idOf("a")]: {} } };
    const enterprise = { location: "eastus", sku: { name: "Enterprise_E10" }, identity: userAssigned };
    expect(await send("PUT", "c1", enterprise, "2023-07-01")).toMatchObject({
      status: 201,
      body: { identity: { type: "None" } },
    });
    await send("PUT", "c1", enterprise, "2023-11-01");
    expect(await send("PUT", "c1", { ...enterprise, identity: { type: "None" } }, "2023-07-01")).toMatchObject({
      status: 200,
      body: { identity: { type: "UserAssigned" } },
    });
  });
});

describe("an older version's PUT", () => {
  test("a PUT of an older version keeps properties that it does not know", async () => {
    const { send } = await startCacheServer();
    const rich = {
      ...clusterRequest,
      identity: { type: "UserAssigned", userAssignedIdentities: { [idOf("a")]: {} } },
      properties: { publicNetworkAccess: "Disabled", highAvailability: "Disabled", encryption: keys },
    };
    const before = await send("PUT", "c1", { ...rich, tags: {} });
    const answer = await send("PUT", "c1", { location: "eastus", sku: clusterRequest.sku }, "2021-03-01");
    expect(answer.status).toBe(200);
    expect((await send("GET", "c1")).body).toEqual(before.body);
  });

  test("a PUT of an older version can have the cluster's own SKU, though that version does not know it", async () => {
    const { send } = await startCacheServer();
    await send("PUT", "c1", clusterRequest);
    const changed = { ...clusterRequest, tags: { a: "1" } };
    expect(await send("PUT", "c1", changed, "2024-10-01")).toMatchObject({ status: 200, body: { tags: { a: "1" } } });
  });
});
