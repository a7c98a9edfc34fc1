import { describe, expect, test } from "vitest";
import { listActivities } from "../../support/list-activities.ts";
import { listBelow } from "../../../src/store/resources.ts";
import { pathOf } from "../../support/cache-server.ts";
import { dnsVersion, networkError, outcomeOf, startDnsServer } from "../../support/dns-server.ts";

const body = { location: "global" };

describe("PUT of a private DNS zone", () => {
  test("PUT of a zone returns 201 with the whole zone, and 200 the second time", async () => {
    const { send, idOf } = await startDnsServer();
    const answer = await send("PUT", "privatelink.redis.azure.net", { ...body, tags: { env: "dev" } });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: idOf("privatelink.redis.azure.net"),
      name: "privatelink.redis.azure.net",
      type: "Microsoft.Network/privateDnsZones",
      etag: expect.stringMatching(/^[\da-f-]{36}$/),
      location: "global",
      tags: { env: "dev" },
      properties: {
        maxNumberOfRecordSets: 25_000,
        maxNumberOfVirtualNetworkLinks: 1_000,
        maxNumberOfVirtualNetworkLinksWithRegistration: 100,
        numberOfRecordSets: 1,
        numberOfVirtualNetworkLinks: 0,
        numberOfVirtualNetworkLinksWithRegistration: 0,
        provisioningState: "Succeeded",
      },
    });
    expect(answer.headers["x-go-azure-sdk-skip-polling-delay"]).toBe("true");
    const again = await send("PUT", "privatelink.redis.azure.net", { ...body, tags: { env: "dev" } });
    expect(again).toMatchObject({ status: 200, body: { tags: { env: "dev" } } });
    expect((again.body as { etag: string }).etag).not.toBe((answer.body as { etag: string }).etag);
    expect((await send("GET", "privatelink.redis.azure.net")).body).toEqual(again.body);
  });

  test("PUT of a zone accepts the location in any case and returns it in lower case", async () => {
    const { send } = await startDnsServer();
    expect(await send("PUT", "contoso.com", { location: "Global" })).toMatchObject({ body: { location: "global" } });
  });

  test("PUT of a zone removes the tags that its body leaves out", async () => {
    const { send } = await startDnsServer();
    await send("PUT", "contoso.com", { ...body, tags: { a: "1" } });
    expect((await send("PUT", "contoso.com", body)).body).not.toHaveProperty("tags");
  });

  test("PUT of a zone finds it in any case and keeps the new spelling of its name", async () => {
    const { send } = await startDnsServer();
    await send("PUT", "contoso.com", body);
    expect(await send("PUT", "Contoso.COM", body)).toMatchObject({ status: 200, body: { name: "Contoso.COM" } });
    expect(await send("GET", "contoso.com")).toMatchObject({ status: 200, body: { name: "Contoso.COM" } });
  });

  test("PUT of a zone refuses a region as its location", async () => {
    const { send } = await startDnsServer();
    const message =
      "The provided location 'eastus' is not available for resource type 'Microsoft.Network/privateDnsZones'. " +
      "List of available regions for the resource type is 'global'.";
    const answer = await send("PUT", "contoso.com", { location: "eastus" });
    expect(outcomeOf(answer)).toEqual({
      status: 400,
      body: { error: { code: "LocationNotAvailableForResourceType", message } },
    });
    expect((await send("GET", "contoso.com")).status).toBe(404);
  });

  test("PUT of a zone refuses a body without a location", async () => {
    const { send } = await startDnsServer();
    const message = "The location property is required for this definition.";
    expect(outcomeOf(await send("PUT", "contoso.com", {}))).toEqual({
      status: 400,
      body: { error: { code: "LocationRequired", message } },
    });
  });

  test("PUT of a zone refuses a name of one label", async () => {
    const { send } = await startDnsServer();
    const message = "The zone name 'contoso' does not have enough labels. Zone names must have two or more labels.";
    expect(outcomeOf(await send("PUT", "contoso", body))).toEqual({
      status: 400,
      body: networkError("BadRequest", message),
    });
  });

  test("PUT of a zone refuses a name of 35 labels and accepts one of 34", async () => {
    const { send } = await startDnsServer();
    const name = Array.from({ length: 35 }, () => "a").join(".");
    const message = `The zone name '${name}' has 35 labels. Zone names have at most 34.`;
    expect(outcomeOf(await send("PUT", name, body))).toEqual({
      status: 400,
      body: networkError("BadRequest", message),
    });
    expect((await send("PUT", name.slice(2), body)).status).toBe(201);
  });

  test.each(["contoso..com", "contoso.com.", "con%20toso.com", `${"a".repeat(64)}.com`, "*.contoso.com", "@.com"])(
    "PUT of a zone refuses the name '%s'",
    async (name) => {
      const { send } = await startDnsServer();
      const message = `The domain name '${decodeURIComponent(name)}' is invalid.`;
      expect(outcomeOf(await send("PUT", name, body))).toEqual({
        status: 400,
        body: networkError("BadRequest", message),
      });
    },
  );

  test.each(["azure.com", "Windows.net", "core.windows.net"])(
    "PUT of a zone refuses the reserved name '%s'",
    async (name) => {
      const { send } = await startDnsServer();
      const message = `The zone name '${name}' is reserved.`;
      expect(outcomeOf(await send("PUT", name, body))).toEqual({
        status: 400,
        body: networkError("BadRequest", message),
      });
      expect((await send("PUT", `privatelink.${name}`, body)).status).toBe(201);
    },
  );

  test("PUT of a zone is recorded in the activity log", async () => {
    const { store, addZone } = await startDnsServer();
    const [latest] = await listActivities(store, await addZone());
    expect(latest).toMatchObject({ action: "Microsoft.Network/privateDnsZones/write", outcome: "Succeeded" });
  });
});

describe("conditions of a write to a zone", () => {
  test("If-None-Match refuses the PUT of a zone that exists", async () => {
    const { send, addZone } = await startDnsServer();
    expect((await send("PUT", "contoso.com", body, { "if-none-match": "*" })).status).toBe(201);
    await addZone();
    const message = "The condition '*' in the If-None-Match header was not satisfied. The current was 'n/a'.";
    const answer = await send("PUT", "contoso.com", body, { "if-none-match": "*" });
    expect(outcomeOf(answer)).toEqual({ status: 412, body: networkError("PreconditionFailed", message) });
  });

  test.each(["PUT", "PATCH", "DELETE"] as const)(
    "%s of a zone refuses another etag than the current one in If-Match",
    async (method) => {
      const { send, addZone } = await startDnsServer();
      await addZone();
      const { etag } = (await send("GET", "contoso.com")).body as { etag: string };
      const message = `The condition 'other' in the If-Match header was not satisfied. The current was '${etag}'.`;
      const given = method === "DELETE" ? undefined : body;
      const refused = await send(method, "contoso.com", given, { "if-match": "other" });
      expect(outcomeOf(refused)).toEqual({ status: 412, body: networkError("PreconditionFailed", message) });
      expect((await send("GET", "contoso.com")).headers["etag"]).toBe(etag);
      expect((await send(method, "contoso.com", given, { "if-match": `"${etag}"` })).status).toBe(200);
    },
  );

  test("If-Match refuses the PUT of a zone that does not exist", async () => {
    const { send } = await startDnsServer();
    const message = "The condition '*' in the If-Match header was not satisfied. The current was 'n/a'.";
    const answer = await send("PUT", "contoso.com", body, { "if-match": "*" });
    expect(outcomeOf(answer)).toEqual({ status: 412, body: networkError("PreconditionFailed", message) });
    expect((await send("DELETE", "contoso.com", undefined, { "if-match": "*" })).status).toBe(204);
  });
});

describe("PATCH of a private DNS zone", () => {
  test("PATCH of a zone replaces the tags, and keeps them if its body has none", async () => {
    const { send } = await startDnsServer();
    await send("PUT", "contoso.com", { ...body, tags: { a: "1" } });
    expect(await send("PATCH", "contoso.com", {})).toMatchObject({ status: 200, body: { tags: { a: "1" } } });
    const answer = await send("PATCH", "contoso.com", { tags: { b: "2" } });
    expect((answer.body as { tags: object }).tags).toEqual({ b: "2" });
  });

  test("PATCH of a zone refuses a zone that does not exist", async () => {
    const { send } = await startDnsServer();
    const answer = await send("PATCH", "contoso.com", { tags: {} });
    expect(answer).toMatchObject({ status: 404, body: { error: { code: "ResourceNotFound" } } });
    expect((await send("GET", "contoso.com")).status).toBe(404);
  });
});

test("GET of a zone that does not exist is refused by Resource Manager", async () => {
  const { send } = await startDnsServer();
  const message =
    "The Resource 'Microsoft.Network/privateDnsZones/contoso.com' under resource group 'rg1' was not found. " +
    "For more details please go to https://aka.ms/ARMResourceNotFoundFix";
  expect(outcomeOf(await send("GET", "contoso.com"))).toEqual({
    status: 404,
    body: { error: { code: "ResourceNotFound", message } },
  });
});

describe("DELETE of a private DNS zone", () => {
  test("DELETE of a zone removes its record sets", async () => {
    const { send, addZone, store, group } = await startDnsServer();
    await addZone();
    await send("PUT", "contoso.com/A/www", { properties: { ttl: 60, aRecords: [{ ipv4Address: "10.0.0.4" }] } });
    expect((await send("DELETE", "contoso.com")).status).toBe(200);
    expect(await listBelow(store, group.toLowerCase())).toEqual([]);
    expect((await send("DELETE", "contoso.com")).status).toBe(204);
  });

  test("DELETE of a zone refuses a zone with links and names them", async () => {
    const { send, addZone, addNetwork, link, idOf } = await startDnsServer();
    await addZone();
    await link("contoso.com/virtualNetworkLinks/link1", await addNetwork());
    const message =
      "Cannot delete resource while nested resources exist. Some existing nested resource IDs include: " +
      "'Microsoft.Network/privateDnsZones/contoso.com/virtualNetworkLinks/link1'. " +
      "Please delete all nested resources before deleting this resource.";
    const answer = await send("DELETE", "contoso.com");
    expect(outcomeOf(answer)).toEqual({ status: 409, body: { error: { code: "CannotDeleteResource", message } } });
    expect(answer.headers["x-ms-failure-cause"]).toBe("gateway");
    expect(await send("GET", "contoso.com")).toMatchObject({ status: 200, body: { id: idOf("contoso.com") } });
    await send("DELETE", "contoso.com/virtualNetworkLinks/link1");
    expect((await send("DELETE", "contoso.com")).status).toBe(200);
  });
});

describe("lists of private DNS zones", () => {
  test("zones are listed by group and by subscription, each with its numbers", async () => {
    const { request, subscription, group, addZone, addGroup, addNetwork, link } = await startDnsServer();
    await addZone("a.example");
    await addZone("b.example");
    await link("b.example/virtualNetworkLinks/link1", await addNetwork(), { registrationEnabled: true });
    const other = await addGroup("rg2");
    const zones = "providers/Microsoft.Network/privateDnsZones";
    await request("PUT", `${other}/${zones}/c.example?api-version=${dnsVersion}`, body);
    const names = async (scope: string) => {
      const answer = await request("GET", `${scope}/${zones}?api-version=${dnsVersion}`);
      return (answer.body as { value: { name: string }[] }).value.map(({ name }) => name);
    };
    expect(await names(group)).toEqual(["a.example", "b.example"]);
    expect(await names(subscription)).toEqual(["a.example", "b.example", "c.example"]);
    const list = await request("GET", `${group}/${zones}?api-version=${dnsVersion}`);
    expect(list.body).toMatchObject({
      value: [
        { properties: { numberOfRecordSets: 1, numberOfVirtualNetworkLinks: 0 } },
        {
          properties: {
            numberOfRecordSets: 1,
            numberOfVirtualNetworkLinks: 1,
            numberOfVirtualNetworkLinksWithRegistration: 1,
          },
        },
      ],
    });
  });

  test.each(["group", "subscription"] as const)(
    "the list of a %s continues where $top ended the page",
    async (scope) => {
      const { addZone, request, ...server } = await startDnsServer();
      await addZone("a.example");
      await addZone("b.example");
      const path = `${server[scope]}/providers/Microsoft.Network/privateDnsZones?api-version=${dnsVersion}&$top=1`;
      const first = (await request("GET", path)).body as { value: object[]; nextLink: string };
      expect(first.value).toMatchObject([{ name: "a.example" }]);
      const second = (await request("GET", pathOf(first.nextLink))).body as object;
      expect(second).toMatchObject({ value: [{ name: "b.example" }] });
      expect(second).not.toHaveProperty("nextLink");
    },
  );

  test("the list of zones refuses a $top that is not a number", async () => {
    const { request, group } = await startDnsServer();
    const path = `${group}/providers/Microsoft.Network/privateDnsZones?api-version=${dnsVersion}&$top=x`;
    const message = "The value 'x' of the query parameter '$top' is not a positive whole number.";
    expect(await request("GET", path)).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidParameter", message } },
    });
  });
});

test("deleting a resource group removes its zones, links and record sets", async () => {
  const { request, group, addZone, addNetwork, link, store } = await startDnsServer();
  await addZone();
  await link("contoso.com/virtualNetworkLinks/link1", await addNetwork());
  expect((await request("DELETE", `${group}?api-version=2024-11-01`)).status).toBe(200);
  expect(await listBelow(store, group.toLowerCase())).toEqual([]);
});

test("the lists of all resources contain zones and links", async () => {
  const { request, subscription, group, addZone, addNetwork, link } = await startDnsServer();
  await addZone();
  await link("contoso.com/virtualNetworkLinks/link1", await addNetwork());
  const entries = [
    { name: "contoso.com", type: "Microsoft.Network/privateDnsZones", location: "global" },
    { name: "contoso.com/link1", type: "Microsoft.Network/privateDnsZones/virtualNetworkLinks", location: "global" },
  ];
  for (const scope of [subscription, group]) {
    const { body: list } = await request("GET", `${scope}/resources?api-version=2024-11-01`);
    expect(list).toMatchObject({ value: entries });
  }
});
