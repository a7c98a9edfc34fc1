import { describe, expect, test } from "vitest";
import type { Timing } from "../../src/operations/timing.ts";
import { listBelow } from "../../src/store/resources.ts";
import { startArmServer } from "../support/arm-server.ts";
import { cacheAndNetwork, startNetworkServer, type NetworkServer } from "../support/network-server.ts";

const dnsVersion = "2024-06-01";

/** Versions that show resources in different ways. */
function versionsOf(path: string): readonly string[] {
  if (path.includes("/Microsoft.Cache/")) return ["2025-07-01", "2023-11-01"];
  return path.includes("/privateDnsZones") ? [dnsVersion] : ["2025-03-01", "2022-01-01"];
}

/** The paths of all reads of what exists below a subscription: each resource, and every list that it is in. */
async function readsBelow({ store, subscription }: NetworkServer): Promise<readonly string[]> {
  const provided = (await listBelow(store, subscription)).filter(({ id }) => /Microsoft\.(?:Cache|Network)\//.test(id));
  const paths = provided.flatMap(({ id }) => {
    const [, type] = /\/providers\/(Microsoft\.\w+\/\w+)\/[^/]+$/.exec(id) ?? [];
    const list = id.slice(0, id.lastIndexOf("/"));
    return [id, list, ...(type === undefined ? [] : [`${subscription}/providers/${type}`])];
  });
  const zones = provided.filter(({ typeKey }) => typeKey === "microsoft.network/privatednszones");
  return [...new Set([...paths, ...zones.map(({ id }) => `${id}/ALL`)])].flatMap((path) =>
    versionsOf(path).map((version) => `${path}?api-version=${version}`),
  );
}

interface Change {
  readonly what: string;
  readonly make: (server: NetworkServer) => Promise<unknown>;
}

const zoneOf = ({ group }: NetworkServer) => `${group}/providers/Microsoft.Network/privateDnsZones/contoso.com`;
const dns = (server: NetworkServer, method: "PUT" | "PATCH" | "DELETE", path: string, body?: object) =>
  server.request(method, `${zoneOf(server)}${path}?api-version=${dnsVersion}`, body);
const securityGroupOf = ({ group }: NetworkServer) => `${group}/providers/Microsoft.Network/networkSecurityGroups/nsg1`;
const databaseOf = ({ cluster }: NetworkServer) => `${cluster}/databases/default`;
const zoneGroupOf = (server: NetworkServer) => `${server.endpointId("pe1")}/privateDnsZoneGroups/default`;
const subnetBody = (prefix: string, more: object = {}) => ({ properties: { addressPrefix: prefix, ...more } });

/** Writes that change what other resources show too: parents, children and the other side of a connection. */
const changes: readonly Change[] = [
  { what: "a PUT of a database", make: (server) => server.callCache("PUT", databaseOf(server), { properties: {} }) },
  {
    what: "a PUT of an assignment",
    make: (server) =>
      server.callCache("PUT", `${databaseOf(server)}/accessPolicyAssignments/a1`, {
        properties: { accessPolicyName: "default", user: { objectId: "6497c918-11ad-41e7-1b0f-7c518a87d0b0" } },
      }),
  },
  {
    what: "a PATCH of a cluster",
    make: (server) =>
      server.request("PATCH", `${server.cluster}?api-version=2025-07-01`, { tags: { team: "a" }, properties: {} }),
  },
  { what: "a PUT of an endpoint", make: (server) => server.putEndpoint({ approval: "manual", requestMessage: "m" }) },
  { what: "a PUT of another endpoint", make: (server) => server.putEndpoint({ name: "pe2", connection: "pec2" }) },
  { what: "an approval", make: (server) => server.decide("pec1", "Approved", "yes") },
  { what: "a PUT of a zone", make: (server) => dns(server, "PUT", "", { location: "global" }) },
  {
    what: "a PUT of a record set",
    make: (server) => dns(server, "PUT", "/A/www", { properties: { ttl: 5, aRecords: [{ ipv4Address: "10.0.0.9" }] } }),
  },
  {
    what: "a PUT of a zone in other letters",
    make: (server) => dns(server, "PUT", "", { location: "global", tags: {} }),
  },
  {
    what: "a PUT of a link",
    make: (server) =>
      dns(server, "PUT", "/virtualNetworkLinks/link1", {
        location: "global",
        properties: { virtualNetwork: { id: server.vnet }, registrationEnabled: false },
      }),
  },
  {
    what: "a PUT of a zone group",
    make: (server) =>
      server.call("PUT", zoneGroupOf(server), {
        properties: {
          privateDnsZoneConfigs: [{ name: "config1", properties: { privateDnsZoneId: zoneOf(server) } }],
        },
      }),
  },
  { what: "a rejection", make: (server) => server.decide("pec1", "Rejected", "no") },
  {
    what: "a PUT of a security group",
    make: (server) => server.call("PUT", securityGroupOf(server), { location: "westus2" }),
  },
  {
    what: "a PUT of a subnet that names the security group",
    make: (server) =>
      server.call(
        "PUT",
        `${server.vnet}/subnets/second`,
        subnetBody("10.0.1.0/24", { networkSecurityGroup: { id: securityGroupOf(server) } }),
      ),
  },
  {
    what: "a PATCH of a network",
    make: (server) => server.call("PATCH", server.vnet, { tags: { a: "b" } }),
  },
  {
    what: "a PUT of a subnet in other letters",
    make: (server) => server.call("PUT", `${server.vnet}/subnets/SECOND`, subnetBody("10.0.1.0/24")),
  },
  { what: "a DELETE of a zone group", make: (server) => server.call("DELETE", zoneGroupOf(server)) },
  { what: "a DELETE of a subnet", make: (server) => server.call("DELETE", `${server.vnet}/subnets/second`) },
  {
    what: "a DELETE of a connection",
    make: (server) => server.callCache("DELETE", `${server.cluster}/privateEndpointConnections/pec2`),
  },
  { what: "a DELETE of a record set", make: (server) => dns(server, "DELETE", "/A/www") },
  { what: "a DELETE of a link", make: (server) => dns(server, "DELETE", "/virtualNetworkLinks/link1") },
  { what: "a DELETE of an endpoint", make: (server) => server.call("DELETE", server.endpointId("pe1")) },
  { what: "a DELETE of a database", make: (server) => server.callCache("DELETE", databaseOf(server)) },
  { what: "a DELETE of a cluster", make: (server) => server.callCache("DELETE", server.cluster) },
];

const timings: readonly { readonly name: string; readonly timing: Timing }[] = [
  { name: "instant", timing: { kind: "instant" } },
  { name: "as in Azure", timing: { kind: "azure" } },
];

describe.each(timings)("with operations that take time $name", ({ timing }) => {
  test("reads and lists of all types, in several versions, are the same from kept bodies and made again", async () => {
    const server = await startNetworkServer({ timing, servesKeptBodies: true });
    const { store, clock } = server;
    const again = await startArmServer({ store, clock, timing, providers: [(services) => cacheAndNetwork(services)] });

    const expectSame = async (after: string): Promise<void> => {
      for (const path of await readsBelow(server)) {
        const kept = await server.request("GET", path);
        const made = await again.request("GET", path);
        expect([after, path, kept.status, kept.headers["etag"], kept.headers["content-type"], kept.text]).toEqual([
          after,
          path,
          made.status,
          made.headers["etag"],
          made.headers["content-type"],
          made.text,
        ]);
      }
    };
    for (const { what, make } of changes) {
      await expectSame(`before ${what}`);
      await make(server);
      await expectSame(what);
      if (timing.kind !== "instant") await clock.advance(600_000);
      await expectSame(`the end of ${what}`);
    }
    expect(await readsBelow(server)).not.toEqual([]);
  });
});

test("a body that is kept is sent again, and made again after a write", async () => {
  const server = await startNetworkServer({ servesKeptBodies: true });
  const { store, keptBodies, cluster } = server;
  const path = `${cluster}?api-version=2025-07-01`;
  const { text } = await server.request("GET", path);
  const resource = store.cache.get(cluster.toLowerCase());
  if (resource === undefined) throw new Error("The cluster is not in memory.");
  expect(keptBodies.get(resource, "2025-07-01")?.text).toBe(text);
  await server.putEndpoint();
  expect(keptBodies.get(resource, "2025-07-01")).toBeUndefined();
  expect((await server.request("GET", path)).text).toContain("/privateEndpointConnections/pec1");
});

test("HEAD of a resource whose body is kept has no body", async () => {
  const server = await startNetworkServer({ servesKeptBodies: true });
  const path = `${server.cluster}?api-version=2025-07-01`;
  await server.request("GET", path);
  expect(await server.request("HEAD", path)).toMatchObject({ status: 204, text: "" });
});
