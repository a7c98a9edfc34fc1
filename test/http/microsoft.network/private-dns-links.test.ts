import { describe, expect, test } from "vitest";
import { readZonesLinkedTo } from "../../support/linked-zones.ts";
import { callers } from "../../support/arm-server.ts";
import { pathOf } from "../../support/cache-server.ts";
import { dnsVersion, networkError, outcomeOf, startDnsServer, type DnsServer } from "../../support/dns-server.ts";
import type { Answer } from "../../support/inject.ts";

const otherSubscriptionId = "5d1c2c1e-7a0f-4b8e-9d55-0a8d0f6e2c11";
const path = "contoso.com/virtualNetworkLinks/link1";

/** A server with a zone and a network that are not linked. */
async function begin(options?: Parameters<typeof startDnsServer>[0]): Promise<DnsServer & { network: string }> {
  const server = await startDnsServer(options);
  await server.addZone();
  return { ...server, network: await server.addNetwork() };
}

describe("PUT of a virtual network link", () => {
  test("PUT of a link returns 201 with the whole link, and 200 the second time", async () => {
    const { link, send, idOf, network } = await begin();
    const answer = await link(path, network);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: idOf(path),
      name: "link1",
      type: "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
      etag: expect.stringMatching(/^"[\da-f-]{36}"$/),
      location: "global",
      properties: {
        provisioningState: "Succeeded",
        registrationEnabled: false,
        virtualNetwork: { id: network },
        virtualNetworkLinkState: "Completed",
      },
    });
    const again = await link(path, network.toUpperCase(), { registrationEnabled: true });
    expect(again).toMatchObject({
      status: 200,
      body: { properties: { registrationEnabled: true, virtualNetwork: { id: network } } },
    });
    const read = await send("GET", path);
    expect(read.body).toEqual(again.body);
    expect(read.headers["etag"]).toBe((again.body as { etag: string }).etag);
  });

  test("a zone counts its links and those with registration", async () => {
    const { link, send, network, addNetwork } = await begin();
    await link(path, network, { registrationEnabled: true });
    await link("contoso.com/virtualNetworkLinks/link2", await addNetwork("vnet2"));
    expect(await send("GET", "contoso.com")).toMatchObject({
      body: { properties: { numberOfVirtualNetworkLinks: 2, numberOfVirtualNetworkLinksWithRegistration: 1 } },
    });
  });

  test("PUT of a link accepts a network of another subscription", async () => {
    const { link, addNetwork, addSubscription } = await begin();
    const network = await addNetwork("far", `${await addSubscription(otherSubscriptionId)}/resourceGroups/rg9`);
    expect((await link(path, network)).status).toBe(201);
  });

  test("PATCH of a link accepts an etag with and without quotes in If-Match", async () => {
    const { link, send, network } = await begin();
    for (const written of [(etag: string) => etag, (etag: string) => etag.replaceAll('"', "")]) {
      const { etag } = (await link(path, network)).body as { etag: string };
      const answer = await send("PATCH", path, { tags: {} }, { "if-match": written(etag) });
      expect(answer.status).toBe(200);
      const stale = await send("PATCH", path, { tags: {} }, { "if-match": written(etag) });
      const { etag: current } = answer.body as { etag: string };
      const message = `The condition '${written(etag)}' in the If-Match header was not satisfied. The current was '${current}'.`;
      expect(outcomeOf(stale)).toEqual({ status: 412, body: networkError("PreconditionFailed", message) });
    }
  });

  test("PUT of a link refuses a network that does not exist", async () => {
    const { link, send, network } = await begin();
    const message = `The virtual network '${network}x' could not be found.`;
    expect(outcomeOf(await link(path, `${network}x`))).toEqual({
      status: 400,
      body: networkError("BadRequest", message),
    });
    expect((await send("GET", path)).status).toBe(404);
  });

  test.each(["vnet1", "", "/subscriptions/s/resourceGroups/rg1/providers/Microsoft.Network/networkInterfaces/nic1"])(
    "PUT of a link refuses '%s' as the id of a network",
    async (id) => {
      const { link } = await begin();
      const message =
        `Property id '${id}' at path 'properties.virtualNetwork.id' is invalid. Expect fully qualified resource Id that ` +
        "start with '/subscriptions/{subscriptionId}' or '/providers/{resourceProviderNamespace}/'.";
      expect(outcomeOf(await link(path, id))).toEqual({
        status: 400,
        body: { error: { code: "LinkedInvalidPropertyId", message } },
      });
    },
  );

  test("PUT of a link refuses a body without a network", async () => {
    const { send } = await begin();
    const answer = await send("PUT", path, { location: "global" });
    const message = "The property 'properties.virtualNetwork.id' is required.";
    expect(outcomeOf(answer)).toEqual({ status: 400, body: networkError("BadRequest", message) });
  });

  test("PUT of a link refuses a region as its location", async () => {
    const { send } = await begin();
    const message =
      "The provided location 'eastus' is not available for resource type " +
      "'Microsoft.Network/privateDnsZones/virtualNetworkLinks'. " +
      "List of available regions for the resource type is 'global'.";
    const answer = await send("PUT", path, { location: "eastus" });
    expect(outcomeOf(answer)).toEqual({
      status: 400,
      body: { error: { code: "LocationNotAvailableForResourceType", message } },
    });
  });

  test("PUT of a link refuses an invalid name", async () => {
    const { link, network } = await begin();
    const answer = await link("contoso.com/virtualNetworkLinks/-link", network);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "InvalidResourceName" } } });
  });

  test("PUT of a link refuses a zone that does not exist", async () => {
    const { link, network, idOf } = await begin();
    const message =
      "Failed to perform 'write' on resource(s) of type 'privateDnsZones/virtualNetworkLinks', " +
      `because the parent resource '${idOf("other.com")}' could not be found.`;
    const answer = await link("other.com/virtualNetworkLinks/link1", network);
    expect(outcomeOf(answer)).toEqual({ status: 404, body: { error: { code: "ParentResourceNotFound", message } } });
  });

  test("PUT of a link refuses another network than before", async () => {
    const { link, send, network, addNetwork, idOf } = await begin();
    await link(path, network);
    const message = `The virtual network of the link '${idOf(path)}' cannot be changed.`;
    expect(outcomeOf(await link(path, await addNetwork("vnet2")))).toEqual({
      status: 400,
      body: networkError("BadRequest", message),
    });
    expect(await send("GET", path)).toMatchObject({ body: { properties: { virtualNetwork: { id: network } } } });
  });

  test("PUT of a link refuses a second link between a zone and a network", async () => {
    const { link, network } = await begin();
    await link(path, network);
    const message =
      "A virtual network cannot be linked to multiple zones with overlapping namespaces. " +
      "You tried to link virtual network with 'contoso.com' and 'contoso.com' zones.";
    const answer = await link("contoso.com/virtualNetworkLinks/link2", network);
    expect(outcomeOf(answer)).toEqual({ status: 400, body: networkError("BadRequest", message) });
  });

  test("PUT of a link refuses a network that is linked to a zone of the same name in any subscription", async () => {
    const { link, network, request, addSubscription } = await begin();
    const other = `${await addSubscription(otherSubscriptionId)}/resourceGroups/rg9`;
    await request("PUT", `${other}?api-version=2024-11-01`, { location: "eastus" });
    const zone = `${other}/providers/Microsoft.Network/privateDnsZones/CONTOSO.com`;
    await request("PUT", `${zone}?api-version=${dnsVersion}`, { location: "global" });
    const body = { location: "global", properties: { virtualNetwork: { id: network } } };
    expect((await request("PUT", `${zone}/virtualNetworkLinks/l?api-version=${dnsVersion}`, body)).status).toBe(201);
    const message =
      "A virtual network cannot be linked to multiple zones with overlapping namespaces. " +
      "You tried to link virtual network with 'contoso.com' and 'CONTOSO.com' zones.";
    expect(outcomeOf(await link(path, network))).toEqual({ status: 400, body: networkError("BadRequest", message) });
  });

  test("PUT of a link refuses registration in a second zone", async () => {
    const { link, send, network, addZone, idOf } = await begin();
    await addZone("other.com");
    await link(path, network, { registrationEnabled: true });
    const message =
      "A virtual network can only be linked to 1 Private DNS zone(s) with auto-registration enabled; " +
      `conflicting Private DNS zone is '${idOf("contoso.com")}'.`;
    const second = "other.com/virtualNetworkLinks/link2";
    const answer = await link(second, network, { registrationEnabled: true });
    expect(outcomeOf(answer)).toEqual({ status: 409, body: networkError("Conflict", message) });
    expect((await link(second, network)).status).toBe(201);
    const patched = await send("PATCH", second, { properties: { registrationEnabled: true } });
    expect(outcomeOf(patched)).toEqual({ status: 409, body: networkError("Conflict", message) });
  });

  test("PUT of a link refuses a caller who may not join the network and names the missing action", async () => {
    const action = "Microsoft.Network/virtualNetworks/join/action";
    const { link, send, network, idOf } = await begin({ denied: [action] });
    const { name, objectId } = callers.owner;
    const message =
      `The client '${name}' with object id '${objectId}' has permission to perform action ` +
      `'Microsoft.Network/privateDnsZones/virtualNetworkLinks/write' on scope '${idOf(path)}'; however, it does not ` +
      `have permission to perform action(s) '${action}' on the linked scope(s) '${network}' (respectively) or the ` +
      "linked scope(s) are invalid.";
    expect(outcomeOf(await link(path, network))).toEqual({
      status: 403,
      body: { error: { code: "LinkedAuthorizationFailed", message } },
    });
    expect((await send("GET", path)).status).toBe(404);
  });

  test("checks the conditions of a PUT of a link", async () => {
    const { link, send, network } = await begin();
    await link(path, network);
    const body = { location: "global", properties: { virtualNetwork: { id: network } } };
    const message = "The condition '*' in the If-None-Match header was not satisfied. The current was 'n/a'.";
    const answer = await send("PUT", path, body, { "if-none-match": "*" });
    expect(outcomeOf(answer)).toEqual({ status: 412, body: networkError("PreconditionFailed", message) });
  });
});

describe("PATCH of a virtual network link", () => {
  test("PATCH of a link changes what its body gives and keeps the rest", async () => {
    const { link, send, network } = await begin();
    await link(path, network);
    expect(await send("PATCH", path, { tags: { a: "1" } })).toMatchObject({
      status: 200,
      body: { tags: { a: "1" }, properties: { registrationEnabled: false } },
    });
    const answer = await send("PATCH", path, { properties: { registrationEnabled: true } });
    expect(answer).toMatchObject({ body: { tags: { a: "1" }, properties: { registrationEnabled: true } } });
  });

  test("PATCH and GET refuse a link that does not exist", async () => {
    const { send } = await begin();
    const message =
      "The Resource 'Microsoft.Network/privateDnsZones/contoso.com/virtualNetworkLinks/link1' under resource group " +
      "'rg1' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix";
    const refusal = { error: { code: "ResourceNotFound", message } };
    expect(outcomeOf(await send("PATCH", path, { tags: {} }))).toEqual({ status: 404, body: refusal });
    expect(outcomeOf(await send("GET", path))).toEqual({ status: 404, body: refusal });
  });
});

describe("resolution policy of a link", () => {
  const privateLink = "privatelink.redis.azure.net/virtualNetworkLinks/link1";
  const policyOf = ({ body }: Answer): unknown =>
    (body as { properties: { resolutionPolicy?: string } }).properties.resolutionPolicy;

  test("a link to a private link zone shows its resolution policy, and a PATCH without one keeps it", async () => {
    const { link, send, network, addZone } = await begin();
    await addZone("privatelink.redis.azure.net");
    expect(policyOf(await link(privateLink, network))).toBe("Default");
    expect(policyOf(await link(privateLink, network, { resolutionPolicy: "nxdomainredirect" }))).toBe(
      "NxDomainRedirect",
    );
    expect(policyOf(await send("PATCH", privateLink, { tags: { a: "1" } }))).toBe("NxDomainRedirect");
    expect(policyOf(await send("GET", privateLink))).toBe("NxDomainRedirect");
  });

  test("api-versions without the resolution policy neither show nor change it", async () => {
    const { link, send, request, idOf, network, addZone } = await begin();
    await addZone("privatelink.redis.azure.net");
    await link(privateLink, network, { resolutionPolicy: "NxDomainRedirect" });
    const old = `${idOf(privateLink)}?api-version=2020-06-01`;
    for (const resolutionPolicy of [undefined, "Default", "Nonsense"]) {
      const properties = { virtualNetwork: { id: network }, resolutionPolicy };
      const answer = await request("PUT", old, { location: "global", properties });
      expect([answer.status, policyOf(answer)]).toEqual([200, undefined]);
    }
    expect(policyOf(await request("GET", old))).toBeUndefined();
    expect(policyOf(await send("GET", privateLink))).toBe("NxDomainRedirect");
  });

  test.each(["contoso.com", "redis.privatelink.contoso.com"])("a link to %s has no resolution policy", async (zone) => {
    const { link, send, store, network, addZone } = await begin();
    await addZone(zone);
    const of = `${zone}/virtualNetworkLinks/link1`;
    const answer = await link(of, network, { resolutionPolicy: "NxDomainRedirect" });
    expect([answer.status, policyOf(answer), policyOf(await send("GET", of))]).toEqual([201, undefined, undefined]);
    expect(await readZonesLinkedTo(store, network)).toMatchObject([{ zoneName: zone, resolutionPolicy: "Default" }]);
  });
});

describe("DELETE of a virtual network link", () => {
  test("DELETE of a link returns 200, and 204 if there is none", async () => {
    const { link, send, network } = await begin();
    await link(path, network);
    expect((await send("DELETE", path)).status).toBe(200);
    expect((await send("GET", path)).status).toBe(404);
    expect((await send("DELETE", path)).status).toBe(204);
  });

  test("checks the conditions of a DELETE of a link", async () => {
    const { link, send, network } = await begin();
    await link(path, network);
    expect((await send("DELETE", path, undefined, { "if-match": "other" })).status).toBe(412);
    expect((await send("GET", path)).status).toBe(200);
  });
});

test("the links of a zone are listed by name, and continue where $top ended the page", async () => {
  const { link, send, request, network, addNetwork } = await begin();
  await link("contoso.com/virtualNetworkLinks/b", network);
  await link("contoso.com/virtualNetworkLinks/a", await addNetwork("vnet2"));
  const first = (await send("GET", "contoso.com/virtualNetworkLinks?$top=1")).body as { nextLink: string };
  expect(first).toMatchObject({ value: [{ name: "a" }] });
  const second = await request("GET", pathOf(first.nextLink));
  expect(second.body).toMatchObject({ value: [{ name: "b" }] });
  expect(second.body).not.toHaveProperty("nextLink");
});

describe("zones that a virtual network sees", () => {
  test("a network sees the zones that it is linked to, with their records", async () => {
    const { link, send, store, network, addZone } = await begin();
    await addZone("unlinked.com");
    await link(path, network);
    await send("PUT", "contoso.com/A/www", {
      properties: { ttl: 10, aRecords: [{ ipv4Address: "10.0.0.4" }, { ipv4Address: "10.0.0.5" }] },
    });
    await send("PUT", "contoso.com/TXT/empty", { properties: { ttl: 10 } });
    const soa = "azureprivatedns.net azureprivatedns-host.microsoft.com 1 3600 300 2419200 10";
    expect(await readZonesLinkedTo(store, network)).toEqual([
      {
        zoneName: "contoso.com",
        resolutionPolicy: "Default",
        records: [
          { name: "www", type: "A", ttl: 10, values: ["10.0.0.4", "10.0.0.5"] },
          { name: "@", type: "SOA", ttl: 3_600, values: [soa] },
        ],
      },
    ]);
  });

  test("a network does not see a zone before its link is completed", async () => {
    const { link, store, clock, network } = await begin({ timing: { kind: "azure" } });
    await link(path, network);
    expect(await readZonesLinkedTo(store, network)).toEqual([]);
    await clock.advance(30_000);
    expect(await readZonesLinkedTo(store, network)).toMatchObject([{ zoneName: "contoso.com" }]);
  });
});
