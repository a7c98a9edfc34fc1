import { describe, expect, test } from "vitest";
import { hasZones, regionDisplayNames, regionNames } from "../../../src/kernel/regions.ts";
import { findResource } from "../../../src/store/resources.ts";
import { regions } from "../../../src/providers/microsoft.resources/regions.ts";
import { seedSubscription } from "../../../src/providers/microsoft.resources/subscriptions/subscription.ts";
import { callers, startArmServer, testSubscriptionId, testTenantId } from "../../support/arm-server.ts";
import { notServed } from "../../support/not-served.ts";

const version = "api-version=2022-12-01";
const asGuest = { authorization: "Bearer guest" };

describe("tenants", () => {
  test("tenants are listed with what az reads of them", async () => {
    const { request } = await startArmServer();
    const { status, body } = await request("GET", `/tenants?${version}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      value: [
        {
          id: `/tenants/${testTenantId}`,
          tenantId: testTenantId,
          countryCode: "US",
          displayName: "Test",
          domains: ["test.local"],
          tenantCategory: "Home",
          defaultDomain: "test.local",
          tenantType: "AAD",
        },
      ],
    });
  });

  test("the list of tenants is empty for a caller without access", async () => {
    const { request } = await startArmServer();
    const answer = await request("GET", `/tenants?${version}`, undefined, asGuest);
    expect(answer).toMatchObject({ status: 200, body: { value: [] } });
  });
});

describe("subscriptions", () => {
  test("subscriptions are listed and read in one shape", async () => {
    const { request, subscription, addSubscription } = await startArmServer();
    const other = await addSubscription("11111111-1111-4111-8111-111111111111", "Other");
    const list = await request("GET", `/subscriptions?${version}`);
    expect(list.body).toMatchObject({
      value: [{ id: other }, { id: subscription }],
      count: { type: "Total", value: 2 },
    });
    const { status, body } = await request("GET", `${subscription}?${version}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: subscription,
      authorizationSource: "RoleBased",
      managedByTenants: [],
      subscriptionId: testSubscriptionId,
      tenantId: testTenantId,
      displayName: "Test subscription",
      state: "Enabled",
      subscriptionPolicies: {
        locationPlacementId: "Public_2014-09-01",
        quotaId: "PayAsYouGo_2014-09-01",
        spendingLimit: "Off",
      },
    });
    expect((list.body as { value: unknown[] }).value[1]).toEqual(body);
  });

  test("the list of subscriptions is empty for a caller without access, and one of them is refused", async () => {
    const { request, subscription } = await startArmServer();
    const list = await request("GET", `/subscriptions?${version}`, undefined, asGuest);
    expect(list).toMatchObject({ status: 200, body: { value: [], count: { type: "Total", value: 0 } } });
    const one = await request("GET", `${subscription}?${version}`, undefined, asGuest);
    expect(one.status).toBe(403);
    expect(one.body).toEqual({
      error: {
        code: "AuthorizationFailed",
        message:
          `The client 'guest@test.local' with object id '${callers.guest.objectId}' does not have authorization to perform ` +
          `action 'Microsoft.Resources/subscriptions/read' over scope '${subscription}' or the scope is invalid. ` +
          "If access was recently granted, please refresh your credentials.",
      },
    });
  });

  test("subscriptions that do not exist or are not GUIDs are refused in Azure's words", async () => {
    const { request } = await startArmServer();
    const id = "22222222-2222-4222-8222-222222222222";
    expect(await request("GET", `/subscriptions/${id}?${version}`)).toMatchObject({
      status: 404,
      body: { error: { code: "SubscriptionNotFound", message: `The subscription '${id}' could not be found.` } },
    });
    expect(await request("GET", `/subscriptions/mine?${version}`)).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "InvalidSubscriptionId",
          message: "The provided subscription identifier 'mine' is malformed or invalid.",
        },
      },
    });
  });

  test("subscriptions cannot be written", async () => {
    const { request, subscription } = await startArmServer();
    const { status, body } = await request("PUT", `${subscription}?${version}`, {});
    expect(status).toBe(405);
    expect(body).toEqual({
      error: {
        code: "MethodNotAllowed",
        message: `The requested resource does not support http method 'PUT'. ${notServed}`,
      },
    });
  });

  test("creating a subscription again keeps what was changed since", async () => {
    const { request, store, subscription } = await startArmServer({});
    const nowMs = Date.UTC(2026, 1, 1);
    const seed = { subscriptionId: testSubscriptionId.toUpperCase(), displayName: "Renamed", tenantId: "t", nowMs };
    await store.write((tx) => seedSubscription(tx, seed));
    expect((await request("GET", `${subscription}?${version}`)).body).toHaveProperty(
      "displayName",
      "Test subscription",
    );
    expect(await findResource(store, subscription)).toMatchObject({ version: 1 });
  });
});

describe("locations", () => {
  test("all regions are listed, with their display names", async () => {
    const { request, subscription } = await startArmServer();
    const { status, body } = await request("GET", `${subscription}/locations?${version}`);
    expect(status).toBe(200);
    const { value } = body as { value: { name: string; displayName: string; metadata: object }[] };
    expect(value.map(({ name }) => name)).toEqual(regionNames);
    expect(value.map(({ displayName }) => displayName)).toEqual(regionDisplayNames);
    for (const { metadata } of value) expect(metadata).toMatchObject({ regionType: "Physical" });
  });

  test("regions have their geography and the region that they are paired with", async () => {
    const { request, subscription } = await startArmServer();
    const { body } = await request("GET", `${subscription}/locations?${version}`);
    expect((body as { value: { name: string }[] }).value.find(({ name }) => name === "eastus")).toEqual({
      id: `${subscription}/locations/eastus`,
      name: "eastus",
      type: "Region",
      displayName: "East US",
      regionalDisplayName: "(US) East US",
      metadata: {
        regionType: "Physical",
        regionCategory: "Recommended",
        geography: "United States",
        geographyGroup: "US",
        longitude: "-79.8164",
        latitude: "37.3719",
        physicalLocation: "Virginia",
        pairedRegion: [{ name: "westus", id: `${subscription}/locations/westus` }],
      },
      availabilityZoneMappings: ["1", "2", "3"].map((logicalZone) => ({
        logicalZone,
        physicalZone: expect.stringMatching(/^eastus-az[123]$/),
      })),
    });
  });

  test("new regions are listed, without a pair", async () => {
    const { request, subscription } = await startArmServer();
    const { body } = await request("GET", `${subscription}/locations?${version}`);
    const { value } = body as { value: { name: string; metadata: object }[] };
    for (const [name, physicalLocation] of [
      ["austriaeast", "Vienna"],
      ["belgiumcentral", "Brussels"],
      ["chilecentral", "Santiago"],
      ["indonesiacentral", "Jakarta"],
      ["malaysiawest", "Kuala Lumpur"],
    ]) {
      expect(value.find((each) => each.name === name)?.metadata).toMatchObject({ physicalLocation, pairedRegion: [] });
    }
  });

  test("regions map their zones to other physical zones in each subscription, always the same, and from 2022-12-01 on", async () => {
    const server = await startArmServer();
    const zonesIn = async (subscription: string, asked = version) => {
      const { body } = await server.request("GET", `${subscription}/locations?${asked}`);
      const { value } = body as {
        value: { name: string; availabilityZoneMappings?: { physicalZone: string }[] }[];
      };
      return value.map(({ name, availabilityZoneMappings: zones }) => [name, zones?.map((zone) => zone.physicalZone)]);
    };
    const other = await server.addSubscription("11111111-1111-4111-8111-111111111111");
    const here = await zonesIn(server.subscription);
    expect(await zonesIn(server.subscription)).toEqual(here);
    expect(await zonesIn(other)).not.toEqual(here);
    for (const [name, zones] of here) {
      const all = hasZones(String(name))
        ? [`${String(name)}-az1`, `${String(name)}-az2`, `${String(name)}-az3`]
        : undefined;
      expect(Array.isArray(zones) ? zones.toSorted() : undefined).toEqual(all);
    }
    const old = await zonesIn(server.subscription, "api-version=2022-09-01");
    expect(old.every(([, zones]) => zones === undefined)).toBe(true);
  });

  test("each region has a geography, and no pair that is not listed", async () => {
    expect(Object.keys(regions).toSorted()).toEqual([...regionNames].toSorted());
    const pairs = Object.values(regions).flatMap(({ pair }) => pair ?? []);
    expect(pairs.filter((pair) => !regionNames.includes(pair))).toEqual([]);
  });
});

describe("ARM's own paths", () => {
  test.each([
    `/providers/Microsoft.Resources/subscriptions/${testSubscriptionId}`,
    `/providers/Microsoft.Resources/subscriptions/${testSubscriptionId}/resourceGroups/rg1`,
    `/subscriptions/11111111-1111-4111-8111-111111111111/providers/Microsoft.Resources/subscriptions/${testSubscriptionId}/resourceGroups/rg1`,
  ])("ARM's own paths cannot be reached around the subscription's gate: %s", async (path) => {
    const { request, addGroup, addSubscription } = await startArmServer();
    await addSubscription("11111111-1111-4111-8111-111111111111");
    await addGroup();
    for (const method of ["GET", "DELETE"] as const) {
      const { status, body } = await request(method, `${path}?${version}`);
      expect(status).toBe(404);
      expect(body).toMatchObject({ error: { code: "InvalidResourceType" } });
    }
  });

  test("ARM's own paths do not serve a provider's operations without its namespace", async () => {
    const { request } = await startArmServer();
    expect((await request("GET", `/operations?${version}`)).status).toBe(404);
    expect((await request("GET", `/providers/Microsoft.Resources/operations?${version}`)).status).toBe(200);
  });
});
