import { beforeEach, describe, expect, test } from "vitest";
import { DnsViews, resolve } from "../../../src/data-plane/dns/dns-views.ts";
import { dnsSource } from "../../../src/app/dns.ts";
import { savePathAddress } from "../../../src/store/data-plane.ts";
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

test("reads names again only when something that they depend on changes", async () => {
  const source = dnsSource(server.store);
  const concerning = [server.cluster, `${server.cluster}/privateEndpointConnections/pec1`, server.vnet, zoneId("a.b")];
  expect(concerning.filter((id) => !source.affectsNames(id.toLowerCase()))).toEqual([]);
  const others = [server.group, `${server.group}/providers/Microsoft.Network/networkInterfaces/nic1`];
  expect(others.filter((id) => source.affectsNames(id.toLowerCase()))).toEqual([]);
  expect(concerning.filter((id) => source.isNetwork(id.toLowerCase()))).toEqual([server.vnet]);
});
