import { describe, expect, test } from "vitest";
import { startNetworkContract } from "./contract-server.ts";
import { unknownFindings, type Finding } from "./findings.ts";
import { knownTypeDifferences } from "./known-type-differences.ts";
import { noteOf, openPublishedTypes, typesFolder } from "../support/published-types.ts";

const folder = typesFolder();
const types = openPublishedTypes(folder);
const zoneVersion = "2024-06-01";

/** By type, the resource that is read; `interface` stands for the name that the endpoint's interface was given. */
const resources = {
  virtualNetworks: "virtualNetworks/vnet1",
  "virtualNetworks/subnets": "virtualNetworks/vnet1/subnets/default",
  privateEndpoints: "privateEndpoints/pe1",
  "privateEndpoints/privateDnsZoneGroups": "privateEndpoints/pe1/privateDnsZoneGroups/default",
  networkInterfaces: "networkInterfaces/interface",
  privateDnsZones: "privateDnsZones/privatelink.redis.azure.net",
  "privateDnsZones/virtualNetworkLinks": "privateDnsZones/privatelink.redis.azure.net/virtualNetworkLinks/link1",
  "privateDnsZones/A": "privateDnsZones/privatelink.redis.azure.net/A/c1.westus2",
  "privateDnsZones/SOA": "privateDnsZones/privatelink.redis.azure.net/SOA/@",
} as const;

const typeOf = (name: string): string => `Microsoft.Network/${name}`;
const versions = new Set(Object.keys(resources).flatMap((name) => types.versionsOf(typeOf(name))));

/** Makes all of them. */
async function begin() {
  const server = await startNetworkContract();
  const { body } = await server.putEndpoint();
  const { properties } = body as { properties: { networkInterfaces: { id: string }[] } };
  const interfaceName = properties.networkInterfaces[0]?.id.split("/").at(-1) ?? "";
  const idOf = (path: string): string =>
    `${server.group}/providers/Microsoft.Network/${path.replace("/interface", `/${interfaceName}`)}`;
  const zone = idOf(resources.privateDnsZones);
  const link = { location: "global", properties: { virtualNetwork: { id: server.vnet }, registrationEnabled: false } };
  await server.request("PUT", `${zone}?api-version=${zoneVersion}`, { location: "global" });
  await server.request("PUT", `${zone}/virtualNetworkLinks/link1?api-version=${zoneVersion}`, link);
  await server.call("PUT", `${server.endpointId("pe1")}/privateDnsZoneGroups/default`, {
    properties: { privateDnsZoneConfigs: [{ name: "config0", properties: { privateDnsZoneId: zone } }] },
  });
  return { server, idOf };
}

/** Reads everything that a version defines. */
async function findingsAt(version: string): Promise<Finding[]> {
  const { server, idOf } = await begin();
  const defined = Object.entries(resources).filter(([name]) => types.versionsOf(typeOf(name)).includes(version));
  const read = defined.map(async ([name, path]) => {
    const { status, body } = await server.request("GET", `${idOf(path)}?api-version=${version}`);
    expect({ name, status }).toEqual({ name, status: 200 });
    const operation = `GET ${typeOf(name)}@${version}`;
    const faults = types.find(typeOf(name), version)?.findFaults("response", body) ?? [];
    return faults.map((fault): Finding => ({ side: "response", operation, status, ...fault, test: "" }));
  });
  return (await Promise.all(read)).flat();
}

describe.skipIf(folder === undefined)(`a resource of Microsoft.Network${noteOf(folder)}`, () => {
  test.each([...versions].toSorted())("shows at %s what that version defines", async (version) => {
    expect(unknownFindings(await findingsAt(version), knownTypeDifferences)).toEqual([]);
  });
});
