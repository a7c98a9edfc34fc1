import { beforeEach, describe, expect, test } from "vitest";
import type { Timing } from "../../../src/operations/timing.ts";
import { masked } from "../../support/masked.ts";
import { pathOf, startNetworkServer, type NetworkServer } from "../../support/network-server.ts";

const managedZone = "privatelink.redis.azure.net";
const zoneVersion = "api-version=2024-06-01";

let server: NetworkServer;
let group: string;
let zone: string;

async function begin(options: { timing?: Timing; approval?: "automatic" | "manual" } = {}): Promise<void> {
  const { timing = { kind: "instant" }, approval = "automatic" } = options;
  server = await startNetworkServer({ timing });
  zone = await addZone(managedZone);
  await server.putEndpoint({ approval });
  if (timing.kind !== "instant") await server.clock.advance(600_000);
  group = `${server.endpointId("pe1")}/privateDnsZoneGroups/default`;
}
beforeEach(() => begin());

async function addZone(name: string): Promise<string> {
  const id = `${server.group}/providers/Microsoft.Network/privateDnsZones/${name}`;
  await server.request("PUT", `${id}?${zoneVersion}`, { location: "global" });
  return id;
}

const configs = (...zoneIds: string[]) => ({
  properties: {
    privateDnsZoneConfigs: zoneIds.map((privateDnsZoneId, index) => ({
      name: `config${index}`,
      properties: { privateDnsZoneId },
    })),
  },
});
const putGroup = (...zoneIds: string[]) => server.call("PUT", group, configs(...zoneIds));

/** The addresses under the cluster's name in a zone; undefined when there is no such record. */
async function addresses(zoneId = zone, name = "c1.westus2"): Promise<string[] | undefined> {
  const { status, body } = await server.request("GET", `${zoneId}/A/${name}?${zoneVersion}`);
  if (status === 404) return undefined;
  const { properties } = body as { properties: { ttl: number; aRecords: { ipv4Address: string }[] } };
  expect(properties.ttl).toBe(10);
  return properties.aRecords.map(({ ipv4Address }) => ipv4Address);
}

const pe1 = "/subscriptions/{guid}/resourceGroups/rg1/providers/Microsoft.Network/privateEndpoints/pe1";
const tag = 'W/\\"{guid}\\"';

/** The body of the group, as recorded. */
const recorded = (state: string, recordSets: string) =>
  `{"name":"default","id":"${pe1}/privateDnsZoneGroups/default","etag":"${tag}",` +
  `"type":"Microsoft.Network/privateEndpoints/privateDnsZoneGroups","properties":{"provisioningState":"${state}",` +
  `"privateDnsZoneConfigs":[{"name":"config0","id":"${pe1}/privateDnsZoneGroups/default/privateDnsZoneConfigs/config0",` +
  `"etag":"${tag}","type":"Microsoft.Network/privateEndpoints/privateDnsZoneGroups/privateDnsZoneConfigs",` +
  `"properties":{"provisioningState":"${state}","privateDnsZoneId":` +
  `"/subscriptions/{guid}/resourceGroups/rg1/providers/Microsoft.Network/privateDnsZones/${managedZone}",` +
  `"recordSets":[${recordSets}]}}]}}`;

const recordSet = (state: string) =>
  `{"recordType":"A","recordSetName":"c1.westus2","fqdn":"c1.westus2.${managedZone}","ttl":10,` +
  `"provisioningState":"${state}","ipAddresses":["10.0.0.4"]}`;

describe("a zone group", () => {
  test("a zone group writes the endpoint's address into the service's zone, and shows it in the recorded order", async () => {
    const answer = await putGroup(zone);
    expect(answer.status).toBe(201);
    expect(masked(answer.text)).toBe(recorded("Succeeded", recordSet("Succeeded")));
    expect(await addresses()).toEqual(["10.0.0.4"]);
    const read = await server.call("GET", group);
    expect(read.text).toBe(answer.text);
    expect(read.headers["etag"]).toBe((answer.body as { etag: string }).etag);
    const list = await server.call("GET", `${server.endpointId("pe1")}/privateDnsZoneGroups`);
    expect(list.body).toEqual({ value: [answer.body] });
  });

  test("a zone group writes nothing into a zone of another name", async () => {
    const wrong = await addZone("privatelink.redis.cache.windows.net");
    const answer = await putGroup(wrong);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      properties: { privateDnsZoneConfigs: [{ properties: { privateDnsZoneId: wrong, recordSets: [] } }] },
    });
    expect(await addresses(wrong)).toBeUndefined();
  });

  test("a zone group writes the address of an Enterprise cluster into the zone for those", async () => {
    const old = await addZone("privatelink.redisenterprise.cache.azure.net");
    const cluster = `${server.group}/providers/Microsoft.Cache/redisEnterprise/old`;
    await server.callCache("PUT", cluster, {
      location: "westus2",
      sku: { name: "Enterprise_E10", capacity: 2 },
      properties: { publicNetworkAccess: "Disabled" },
    });
    await server.putEndpoint({ name: "pe2", target: cluster });
    await server.call("PUT", `${server.endpointId("pe2")}/privateDnsZoneGroups/default`, configs(zone, old));
    expect(await addresses(old, "old.westus2")).toEqual(["10.0.0.5"]);
    expect(await addresses(zone, "old.westus2")).toBeUndefined();
  });

  test("a zone group empties customDnsConfigs of its endpoint, whose etag changes, until it is deleted", async () => {
    const read = async () =>
      (await server.call("GET", server.endpointId("pe1"))).body as {
        etag: string;
        properties: { customDnsConfigs: object[] };
      };
    const before = await read();
    await putGroup(zone);
    const during = await read();
    const list = await server.call("GET", `${server.group}/providers/Microsoft.Network/privateEndpoints`);
    expect(list.body).toEqual({ value: [during] });
    await server.call("DELETE", group);
    const after = await read();
    expect([before, during, after].map(({ properties }) => properties.customDnsConfigs.length)).toEqual([1, 0, 1]);
    expect(new Set([before.etag, during.etag, after.etag]).size).toBe(3);
  });

  test("a PUT with another zone moves the address", async () => {
    const other = `${server.group}-2`;
    await server.request("PUT", `${other}?api-version=2024-11-01`, { location: "westus2" });
    const second = `${other}/providers/Microsoft.Network/privateDnsZones/${managedZone}`;
    await server.request("PUT", `${second}?${zoneVersion}`, { location: "global" });
    await putGroup(zone);
    expect((await putGroup(second)).status).toBe(200);
    expect([await addresses(), await addresses(second)]).toEqual([undefined, ["10.0.0.4"]]);
  });

  test("a zone group keeps the addresses of other endpoints of the cluster", async () => {
    await server.putEndpoint({ name: "pe2", connection: "pec2" });
    await putGroup(zone);
    await server.call("PUT", `${server.endpointId("pe2")}/privateDnsZoneGroups/default`, configs(zone));
    expect(await addresses()).toEqual(["10.0.0.4", "10.0.0.5"]);
    await server.call("DELETE", group);
    expect(await addresses()).toEqual(["10.0.0.5"]);
  });

  test("DELETE removes the zone group and its record: 200, then 204; then GET is Microsoft.Network's 404", async () => {
    await putGroup(zone);
    expect((await server.call("DELETE", group)).status).toBe(200);
    expect((await server.call("DELETE", group)).status).toBe(204);
    expect(await addresses()).toBeUndefined();
    const gone = await server.call("GET", group);
    expect([gone.status, gone.body]).toEqual([
      404,
      { error: { code: "NotFound", message: `Resource ${group} not found.`, details: [] } },
    ]);
  });
});

describe("the record", () => {
  test("the record exists while the connection is approved", async () => {
    await begin({ approval: "manual" });
    const answer = await putGroup(zone);
    expect(masked(answer.text)).toBe(recorded("Succeeded", ""));
    expect(await addresses()).toBeUndefined();
    await server.decide("pec1", "Approved");
    expect(await addresses()).toEqual(["10.0.0.4"]);
    expect(masked((await server.call("GET", group)).text)).toBe(recorded("Succeeded", recordSet("Succeeded")));
    await server.decide("pec1", "Rejected");
    expect(await addresses()).toBeUndefined();
  });

  test.each([
    [
      "the owner removes the connection",
      () => server.callCache("DELETE", `${server.cluster}/privateEndpointConnections/pec1`),
    ],
    ["the cluster is deleted", () => server.callCache("DELETE", server.cluster)],
    ["the endpoint is deleted", () => server.call("DELETE", server.endpointId("pe1"))],
  ])("the record is removed when %s", async (_, remove) => {
    await putGroup(zone);
    expect((await remove()).status).toBe(200);
    expect(await addresses()).toBeUndefined();
  });

  test("a decision and a DELETE succeed although the zone was deleted", async () => {
    await putGroup(zone);
    await server.request("DELETE", `${zone}?${zoneVersion}`);
    expect((await server.decide("pec1", "Rejected")).status).toBe(201);
    expect((await server.call("DELETE", server.endpointId("pe1"))).status).toBe(200);
  });
});

describe("refusals", () => {
  const refused = (status: number, code: string, message: string, details: object[] = []) => ({
    status,
    body: { error: { code, message, details } },
  });

  test("refuses a zone that does not exist", async () => {
    const nowhere = `${zone}x`;
    expect(await putGroup(nowhere)).toMatchObject(
      refused(
        400,
        "InvalidResourceReference",
        `Resource ${nowhere} referenced by resource ${group} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
      ),
    );
    expect((await server.call("GET", group)).status).toBe(404);
  });

  test("refuses anything but the id of a zone", async () => {
    const path = "properties.privateDnsZoneConfigs[0].properties.privateDnsZoneId";
    expect(await putGroup(server.vnet)).toMatchObject(
      refused(400, "InvalidRequestFormat", "Cannot parse the request.", [
        {
          code: "InvalidJsonReferenceFormat",
          message: `Reference Id ${server.vnet} is not formatted correctly. The Id is expected to reference resources of type privateDnsZones. Path ${path}.`,
        },
      ]),
    );
    expect(await putGroup("zone")).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "LinkedInvalidPropertyId",
          message: `Property id 'zone' at path '${path}' is invalid. Expect fully qualified resource Id that start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.`,
        },
      },
    });
  });

  test("refuses a second zone group of an endpoint", async () => {
    await putGroup(zone);
    const second = await server.call("PUT", group.replace("default", "second"), configs(zone));
    expect(second).toMatchObject(
      refused(400, "BadRequest", "Cannot create more than one private dns zone groups in the private endpoint pe1."),
    );
  });

  test("refuses a sixth zone, and two configs of one name", async () => {
    expect(await putGroup(zone, zone, zone, zone, zone, zone)).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidRequestFormat", details: [{ code: "InvalidJson" }] } },
    });
    const [config] = configs(zone).properties.privateDnsZoneConfigs;
    const twice = await server.call("PUT", group, { properties: { privateDnsZoneConfigs: [config, config] } });
    expect(twice).toMatchObject(
      refused(400, "InvalidRequestFormat", "Cannot parse the request.", [
        {
          code: "DuplicateResourceName",
          message: `Resource ${group} has two child resources with the same name (config0).`,
        },
      ]),
    );
  });

  test("refuses a zone group of a disconnected endpoint, and still returns one that exists", async () => {
    await putGroup(zone);
    await server.callCache("DELETE", server.cluster);
    expect(await putGroup(zone)).toMatchObject(
      refused(
        400,
        "PrivateEndpointCannotBeUpdatedInDisconnectedState",
        `Private endpoint ${server.endpointId("pe1")} cannot be updated because it is in disconnected state. It can only be deleted.`,
      ),
    );
    expect(masked((await server.call("GET", group)).text)).toBe(recorded("Succeeded", ""));
  });

  test("refuses a zone group of an endpoint that does not exist, as Resource Manager", async () => {
    const answer = await server.call("PUT", group.replace("pe1", "pe9"), configs(zone));
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({
      error: {
        code: "ParentResourceNotFound",
        message: `Failed to perform 'write' on resource(s) of type 'privateEndpoints/privateDnsZoneGroups', because the parent resource '${server.endpointId("pe9")}' could not be found.`,
      },
    });
  });

  test("refuses a name that breaks the rules", async () => {
    expect(await server.call("PUT", group.replace("default", "bad-"), configs(zone))).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidResourceName" } },
    });
  });

  test("refuses a caller who may not join the zone", async () => {
    const mayDo = async ({ action }: { action: string }) => !action.includes("privateDnsZones/join");
    const strict = await startNetworkServer({ mayDo });
    await strict.putEndpoint();
    const id = `${strict.endpointId("pe1")}/privateDnsZoneGroups/default`;
    const answer = await strict.call("PUT", id, configs(zone));
    expect(answer.status).toBe(403);
    expect((answer.body as { error: { message: string } }).error.message).toContain(
      `perform action(s) 'Microsoft.Network/privateDnsZones/join/action' on the linked scope(s) '${zone}' (respectively)`,
    );
  });
});

describe("under azure timing", () => {
  beforeEach(() => begin({ timing: { kind: "azure" } }));

  test("PUT is Updating and has written its records, then it is Succeeded", async () => {
    const answer = await putGroup(zone);
    expect(answer.status).toBe(201);
    expect(masked(answer.text)).toBe(recorded("Updating", recordSet("Updating")));
    expect(answer.headers["retry-after"]).toBe("10");
    expect(answer.headers).not.toHaveProperty("location");
    const status = pathOf(answer.headers["azure-asyncoperation"]);
    expect(status).toContain("/providers/Microsoft.Network/locations/westus2/operations/");
    expect((await server.request("GET", status)).text).toBe('{"status":"InProgress"}');
    await server.clock.advance(5_000);
    expect((await server.request("GET", status)).text).toBe('{"status":"Succeeded"}');
    expect(masked((await server.call("GET", group)).text)).toBe(recorded("Succeeded", recordSet("Succeeded")));
  });

  test("DELETE is 202 with both headers, and removes the record when it ends", async () => {
    await putGroup(zone);
    await server.clock.advance(5_000);
    const answer = await server.call("DELETE", group);
    expect([answer.status, answer.text, answer.headers["retry-after"]]).toEqual([202, "", "10"]);
    expect(await addresses()).toEqual(["10.0.0.4"]);
    const again = await server.call("DELETE", group);
    expect(again.headers["location"]).toBe(answer.headers["location"]);
    await server.clock.advance(5_000);
    expect(await addresses()).toBeUndefined();
    expect((await server.request("GET", pathOf(answer.headers["location"]))).status).toBe(204);
    expect((await server.call("GET", group)).status).toBe(404);
  });

  test("refuses a write during another, with the URI of that operation", async () => {
    const answer = await putGroup(zone);
    const uri = answer.headers["azure-asyncoperation"] ?? "";
    expect(await putGroup(zone)).toMatchObject({
      status: 409,
      body: {
        error: {
          code: "AnotherOperationInProgress",
          message: `Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: ${uri}.`,
          details: [],
        },
      },
    });
    expect((await server.call("DELETE", group)).status).toBe(409);
  });
});
