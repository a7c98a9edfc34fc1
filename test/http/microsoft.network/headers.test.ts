import { beforeEach, describe, expect, test } from "vitest";
import type { Answer } from "../../support/inject.ts";
import { startNetworkServer, type NetworkServer } from "../../support/network-server.ts";

const identifier = "x-ms-operation-identifier";
const zoneVersion = "2024-06-01";

let server: NetworkServer;
let zone: string;
beforeEach(async () => {
  server = await startNetworkServer();
  zone = `${server.group}/providers/Microsoft.Network/privateDnsZones/contoso.com`;
  await server.putEndpoint();
});

const onZone = (method: "GET" | "PUT" | "DELETE", path = "", body?: object): Promise<Answer> =>
  server.request(method, `${zone}${path}?api-version=${zoneVersion}`, body);

describe("the operation's identifier", () => {
  const has = (answer: Answer): boolean => answer.headers[identifier] !== undefined;

  test("sets the operation's identifier on reads and lists of children, 404s and writes", async () => {
    const endpoint = server.endpointId("pe1");
    const record = { properties: { ttl: 60, aRecords: [{ ipv4Address: "10.0.0.4" }] } };
    const answers = [
      await server.call("PUT", `${server.vnet}/subnets/s2`, { properties: { addressPrefix: "10.0.1.0/24" } }),
      await server.call("GET", server.subnet),
      await server.call("GET", `${server.vnet}/subnets`),
      await server.call("GET", `${server.vnet}/subnets/none`),
      await server.call("GET", `${endpoint}/privateDnsZoneGroups`),
      await server.call("GET", `${endpoint}/privateDnsZoneGroups/none`),
      await server.call("GET", `${server.subscription}/providers/Microsoft.Network/locations/westus2/operations/none`),
      await server.call("DELETE", endpoint),
      await onZone("PUT", "", { location: "global" }),
      await onZone("PUT", "/A/www", record),
      await onZone("GET", "/A/www"),
      await onZone("GET", "/ALL"),
      await onZone("GET", "/A/none"),
      await server.callCache("GET", `${server.cluster}/privateEndpointConnections`),
      await server.callCache("GET", `${server.cluster}/databases/default`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([
      201, 200, 200, 404, 200, 404, 404, 200, 201, 201, 200, 200, 404, 200, 404,
    ]);
    expect(answers.map(has)).toEqual(answers.map(() => true));
  });

  test("names the caller and the request in the operation's identifier", async () => {
    const { headers } = await server.call("GET", server.subnet);
    expect(headers[identifier]).toMatch(/^tenantId=[0-9a-f-]{36},objectId=[0-9a-f-]{36}\/local\/[0-9a-f-]{36}$/);
    expect(headers[identifier]).toContain(headers["x-ms-request-id"]);
  });

  test("sets no operation's identifier on reads and lists of top-level resources, nor on Resource Manager's own responses", async () => {
    await onZone("PUT", "", { location: "global" });
    const list = (scope: string): string => `${scope}/providers/Microsoft.Network/virtualNetworks`;
    const answers = [
      await server.call("GET", server.vnet),
      await server.call("GET", list(server.group)),
      await server.call("GET", list(server.subscription)),
      await server.call("GET", server.endpointId("pe1")),
      await onZone("GET"),
      await server.call("GET", `${server.vnet}x`),
      await server.call("GET", `${server.vnet}x/subnets/s`),
      await server.call("PUT", `${server.group}x/providers/Microsoft.Network/virtualNetworks/v`, {}),
      await server.callCache("GET", server.cluster),
      await server.request("GET", `${server.group}?api-version=2024-11-01`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 404, 404, 404, 200, 200]);
    expect(answers.map(has)).toEqual(answers.map(() => false));
  });
});

describe("private DNS", () => {
  const caching = ({ headers }: Answer): unknown[] => [headers["cache-control"], headers["pragma"], headers["expires"]];
  const counters = ({ headers }: Answer): string[] =>
    Object.keys(headers)
      .filter((name) => name.startsWith("x-ms-ratelimit"))
      .toSorted();
  const prefix = "x-ms-ratelimit-remaining-subscription-";

  test("private DNS responds with its own caching headers and counter", async () => {
    const write = await onZone("PUT", "", { location: "global" });
    expect(caching(write)).toEqual(["private", undefined, undefined]);
    expect(counters(write)).toEqual([`${prefix}resource-requests`, `${prefix}writes`]);
    expect(write.headers[`${prefix}resource-requests`]).toBe("11999");
    for (const path of ["", "/ALL", "/SOA/@", "/A/none", "/virtualNetworkLinks"]) {
      const read = await onZone("GET", path);
      expect(caching(read)).toEqual(["private", undefined, undefined]);
      expect(counters(read)).toEqual([`${prefix}reads`, `${prefix}resource-requests`]);
    }
  });

  test("private DNS changes no headers of other types, nor of Resource Manager's refusals about zones", async () => {
    const read = await server.call("GET", server.subnet);
    expect(caching(read)).toEqual(["no-cache", "no-cache", "-1"]);
    expect(counters(read)).toEqual([`${prefix}global-reads`, `${prefix}reads`]);
    const miss = await onZone("GET");
    expect([miss.status, ...caching(miss), counters(miss)]).toEqual([404, "no-cache", "no-cache", "-1", []]);
  });
});
