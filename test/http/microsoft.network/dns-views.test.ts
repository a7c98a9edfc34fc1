import { beforeEach, describe, expect, test } from "vitest";
import { DnsViews, resolve } from "../../../src/data-plane/dns/dns-views.ts";
import { dnsSource } from "../../../src/app/dns.ts";
import { connections } from "../../../src/providers/microsoft.cache/private-endpoint-connections/connection.ts";
import { savePathAddress } from "../../../src/store/data-plane.ts";
import { removeResource } from "../../../src/store/resources.ts";
import { startNetworkServer, vnetBody, type NetworkServer } from "../../support/network-server.ts";

const host = "c1.westus2.redis.azure.net";
const alias = "c1.westus2.privatelink.redis.azure.net";
const rightZone = "privatelink.redis.azure.net";
const wrongZone = "privatelink.redis.cache.windows.net";

let server: NetworkServer;
beforeEach(async () => {
  server = await startNetworkServer();
});

/** What the name of `c1` means in a network, or in public. */
async function meaning(networkId = server.vnet): Promise<string[]> {
  const view = await new DnsViews(dnsSource(server.store)).view(networkId.toLowerCase());
  const { outcome, answers } = resolve(view, { name: host, type: "A" });
  return [outcome, ...answers.map(({ value, pathKey }) => `${value}${pathKey === undefined ? "" : ` by ${pathKey}`}`)];
}

const publicly = () => ["found", alias, ` by ${server.cluster.toLowerCase()}`];
const privately = () => ["found", alias, `10.0.0.4 by ${server.endpointId("pe1").toLowerCase()}`];
const nowhere = () => ["nameError", alias];

const zoneId = (name: string): string => `${server.group}/providers/Microsoft.Network/privateDnsZones/${name}`;
const put = async (id: string, version: string, body: object): Promise<void> => {
  const { status, text } = await server.request("PUT", `${id}?api-version=${version}`, body);
  if (status >= 300) throw new Error(`Not written: ${text}`);
};
const putZone = (name: string) => put(zoneId(name), "2024-06-01", { location: "global" });
const link = (name: string, properties = {}) =>
  put(`${zoneId(name)}/virtualNetworkLinks/link1`, "2024-06-01", {
    location: "global",
    properties: { virtualNetwork: { id: server.vnet }, registrationEnabled: false, ...properties },
  });
const joinZone = (name: string) =>
  put(`${server.endpointId("pe1")}/privateDnsZoneGroups/default`, "2024-11-01", {
    properties: { privateDnsZoneConfigs: [{ name: "a", properties: { privateDnsZoneId: zoneId(name) } }] },
  });

const zones = {
  "the right zone": async () => {
    await putZone(rightZone);
    await link(rightZone);
    await joinZone(rightZone);
  },
  "a wrong zone": async () => {
    await putZone(wrongZone);
    await link(wrongZone);
    await joinZone(wrongZone);
  },
  "an unlinked zone": async () => {
    await putZone(rightZone);
    await joinZone(rightZone);
  },
  "no zone": async () => undefined,
} as const;

describe.for(Object.keys(zones) as (keyof typeof zones)[])("with %s", (zone) => {
  test("resolves the name to the endpoint only while it is Approved and its zone has the right name", async () => {
    await server.putEndpoint({ approval: "manual" });
    await zones[zone]();
    const isRight = zone === "the right zone";
    expect(await meaning()).toEqual(isRight ? nowhere() : publicly());
    await server.decide("pec1", "Approved");
    expect(await meaning()).toEqual(isRight ? privately() : publicly());
    await server.decide("pec1", "Rejected");
    expect(await meaning()).toEqual(isRight ? nowhere() : publicly());
    expect(await meaning("")).toEqual(publicly());
  });
});

test("has the alias from the first private endpoint to the last", async () => {
  expect(await meaning()).toEqual(["found", ` by ${server.cluster.toLowerCase()}`]);
  await server.putEndpoint({ approval: "manual" });
  expect(await meaning()).toEqual(publicly());
  await server.call("DELETE", server.endpointId("pe1"));
  expect(await meaning()).toEqual(["found", ` by ${server.cluster.toLowerCase()}`]);
});

test("a link that redirects what its zone does not have leads to the public side", async () => {
  await server.putEndpoint({ approval: "manual" });
  await putZone(rightZone);
  await link(rightZone, { resolutionPolicy: "NxDomainRedirect" });
  expect(await meaning()).toEqual(publicly());
});

test("resolves the address in another linked network, although it is no path from there", async () => {
  const other = server.vnet.replace("vnet1", "vnet2");
  await server.call("PUT", other, vnetBody);
  await server.putEndpoint();
  await zones["the right zone"]();
  await put(`${zoneId(rightZone)}/virtualNetworkLinks/link2`, "2024-06-01", {
    location: "global",
    properties: { virtualNetwork: { id: other }, registrationEnabled: false },
  });
  expect(await meaning(other)).toEqual(["found", alias, "10.0.0.4"]);
});

test("looks up the address of a path when a query asks for it", async () => {
  const source = dnsSource(server.store);
  expect(await source.addressOf("a path")).toBeUndefined();
  await server.store.write((tx) => savePathAddress(tx, { pathKey: "a path", address: "127.67.1.2", port: 0 }));
  expect(await source.addressOf("a path")).toBe("127.67.1.2");
});

test("knows what each resource's change changes of the meaning of names", () => {
  const source = dnsSource(server.store);
  const change = (id: string): string => {
    const { of, key } = source.changeOf(id.toLowerCase()) ?? { of: "nothing", key: "" };
    return `${of} ${key}`.trim();
  };
  const cluster = `clusterName ${server.cluster.toLowerCase()}`;
  expect(change(server.cluster)).toBe(cluster);
  expect(change(`${server.cluster}/privateEndpointConnections/pec1`)).toBe(cluster);
  const zone = zoneId("a.b");
  expect([zone, `${zone}/A/www`, `${zone}/SOA/@`].map(change)).toEqual(Array(3).fill(`zone ${zone.toLowerCase()}`));
  expect(change(`${zone}/virtualNetworkLinks/l1`)).toBe(`link ${zone.toLowerCase()}/virtualnetworklinks/l1`);
  const endpoint = `${server.group}/providers/Microsoft.Network/privateEndpoints/pe1`;
  expect(change(endpoint)).toBe(`endpoint ${endpoint.toLowerCase()}`);
  const database = `${server.cluster}/databases/default`;
  const others = [server.group, database, `${endpoint}/privateDnsZoneGroups/default`, `${server.vnet}/subnets/s1`];
  expect(others.map(change)).toEqual(Array(4).fill("nothing"));
  expect([server.vnet, zone].map((id) => source.isNetwork(id.toLowerCase()))).toEqual([true, false]);
});

/** Writes each of which changes what is read for the network's view, or what it is read from. */
const writes = (): readonly (() => Promise<unknown>)[] => [
  () => server.putEndpoint({ approval: "manual" }),
  () => putZone(rightZone),
  () => joinZone(rightZone),
  () => link(rightZone, { resolutionPolicy: "NxDomainRedirect" }),
  () => link(rightZone),
  () => server.decide("pec1", "Approved"),
  () =>
    put(`${zoneId(rightZone)}/A/c1.westus2`, "2024-06-01", {
      properties: { ttl: 5, aRecords: [{ ipv4Address: "10.0.0.9" }] },
    }),
  () => server.decide("pec1", "Rejected"),
  () => server.decide("pec1", "Approved"),
  () => server.call("DELETE", `${server.endpointId("pe1")}/privateDnsZoneGroups/default`),
  () => server.request("DELETE", `${zoneId(rightZone)}/virtualNetworkLinks/link1?api-version=2024-06-01`),
  () => link(rightZone),
  () => server.call("DELETE", server.endpointId("pe1")),
  () => server.callCache("DELETE", server.cluster),
];

test("a view that is kept follows each write that changes what it is read from", async () => {
  const source = dnsSource(server.store);
  const kept = new DnsViews(source);
  const unsubscribe = server.store.onChange((keys) => {
    for (const change of keys.flatMap((key) => source.changeOf(key) ?? [])) kept.changed(change);
  });
  const resolveIn = async (views: DnsViews) =>
    resolve(await views.view(server.vnet.toLowerCase()), { name: host, type: "A" });
  const seen = new Set<string>();
  for (const write of [async () => undefined, ...writes()]) {
    await write();
    const resolution = await resolveIn(kept);
    expect(resolution).toEqual(await resolveIn(new DnsViews(source)));
    seen.add(JSON.stringify(resolution));
  }
  unsubscribe();
  expect(seen.size).toBeGreaterThan(5);
});

test("a write that is rolled back, and one that is not yet committed, change no view that is kept", async () => {
  await server.putEndpoint({ approval: "manual" });
  const source = dnsSource(server.store);
  const kept = new DnsViews(source);
  const unsubscribe = server.store.onChange((keys) => {
    for (const change of keys.flatMap((key) => source.changeOf(key) ?? [])) kept.changed(change);
  });
  const answers = async (): Promise<unknown> => resolve(await kept.view(""), { name: host, type: "A" }).answers;
  const before = await answers();
  const [connection] = await connections.all(server.store);
  if (connection === undefined) throw new Error("There is no connection.");
  const removed = server.store.write(async (tx) => {
    await removeResource(tx, connection);
    expect(await answers()).toEqual(before);
    throw new Error("rolled back");
  });
  await expect(removed).rejects.toThrow("rolled back");
  expect(await answers()).toEqual(before);
  await server.store.write((tx) => removeResource(tx, connection));
  expect(await answers()).not.toEqual(before);
  unsubscribe();
});
