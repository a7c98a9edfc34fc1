import { describe, expect, test } from "vitest";
import { testSubscriptionId } from "../../support/arm-server.ts";
import { networkError, outcomeOf, startDnsServer, type DnsServer } from "../../support/dns-server.ts";
import type { Answer } from "../../support/inject.ts";

const www = "contoso.com/A/www";
const set = (properties: object) => ({ properties: { ttl: 60, ...properties } });
const aRecords = (...addresses: string[]) => ({ aRecords: addresses.map((ipv4Address) => ({ ipv4Address })) });

/** A server with the zone `contoso.com`. */
async function begin(): Promise<DnsServer> {
  const server = await startDnsServer();
  await server.addZone();
  return server;
}

const propertiesOf = ({ body }: Answer) => (body as { properties: Record<string, unknown> }).properties;

describe("PUT of a record set", () => {
  test("PUT of a record set returns 201 with the whole set, and 200 the second time", async () => {
    const { send, idOf } = await begin();
    const answer = await send("PUT", www, set({ ...aRecords("10.0.0.4"), metadata: { owner: "me" } }));
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: idOf(www),
      name: "www",
      type: "Microsoft.Network/privateDnsZones/A",
      etag: expect.stringMatching(/^[\da-f-]{36}$/),
      properties: {
        fqdn: "www.contoso.com.",
        ttl: 60,
        isAutoRegistered: false,
        metadata: { owner: "me" },
        aRecords: [{ ipv4Address: "10.0.0.4" }],
      },
    });
    const again = await send("PUT", www, { properties: { ttl: 10 } });
    expect(again.status).toBe(200);
    expect(propertiesOf(again)).toEqual({ fqdn: "www.contoso.com.", ttl: 10, isAutoRegistered: false, aRecords: [] });
    const read = await send("GET", www);
    expect(read.body).toEqual(again.body);
    expect(read.headers["etag"]).toBe((again.body as { etag: string }).etag);
  });

  test.each([
    ["A/@", aRecords("10.0.0.4"), "contoso.com."],
    ["A/*", aRecords("10.0.0.4"), "*.contoso.com."],
    ["A/*.eu", aRecords("10.0.0.4"), "*.eu.contoso.com."],
    ["A/cache1.eastus", aRecords("10.0.0.4"), "cache1.eastus.contoso.com."],
    ["AAAA/www", { aaaaRecords: [{ ipv6Address: "fd00::4" }] }, "www.contoso.com."],
    ["CNAME/www", { cnameRecord: { cname: "other.example." } }, "www.contoso.com."],
    ["MX/@", { mxRecords: [{ preference: 10, exchange: "mail.contoso.com" }] }, "contoso.com."],
    ["PTR/4.0", { ptrRecords: [{ ptrdname: "www.contoso.com" }] }, "4.0.contoso.com."],
    [
      "SRV/_redis._tcp",
      { srvRecords: [{ priority: 1, weight: 2, port: 10_000, target: "www.contoso.com" }] },
      "_redis._tcp.contoso.com.",
    ],
    ["TXT/www", { txtRecords: [{ value: ["one", "two"] }, { value: ["three"] }] }, "www.contoso.com."],
  ])("PUT of a record set accepts %s", async (path, records, fqdn) => {
    const { send } = await begin();
    expect((await send("PUT", `contoso.com/${path}`, set(records))).status).toBe(201);
    const expected = { fqdn, ttl: 60, isAutoRegistered: false, ...records };
    expect(propertiesOf(await send("GET", `contoso.com/${path}`))).toEqual(expected);
  });

  test("PUT of a record set returns its properties in the recorded order", async () => {
    const { send } = await begin();
    const records = { cnameRecord: { cname: "other.example." } };
    const answer = await send("PUT", "contoso.com/CNAME/www", set({ ...records, metadata: { owner: "me" } }));
    expect(answer.text).toContain(
      '"properties":{"metadata":{"owner":"me"},"fqdn":"www.contoso.com.","ttl":60,' +
        '"cnameRecord":{"cname":"other.example."},"isAutoRegistered":false}',
    );
    expect((await send("GET", "contoso.com/CNAME/www")).text).toBe(answer.text);
  });

  test("GET of a record set finds type and name in any case", async () => {
    const { send, idOf } = await begin();
    await send("PUT", "contoso.com/a/WWW", set(aRecords("10.0.0.4")));
    expect(await send("GET", www)).toMatchObject({ status: 200, body: { id: idOf("contoso.com/A/WWW") } });
  });

  test("a zone counts its record sets", async () => {
    const { send } = await begin();
    await send("PUT", www, set({}));
    expect(propertiesOf(await send("GET", "contoso.com"))["numberOfRecordSets"]).toBe(2);
  });

  test.each([0, 2_147_483_647])("PUT of a record set accepts the ttl %i", async (ttl) => {
    const { send } = await begin();
    expect((await send("PUT", www, { properties: { ttl } })).status).toBe(201);
  });

  test.each([
    [-1, "must be >= 0"],
    [2_147_483_648, "must be <= 2147483647"],
    [1.5, "is not of type integer or null"],
    ["60", "is not of type integer or null"],
  ])("PUT of a record set refuses the ttl %j", async (ttl, complaint) => {
    const { send } = await begin();
    const message = `The value '${ttl}' of property 'properties.ttl' ${complaint}.`;
    const details = [{ code: "InvalidJson", message, target: "properties.ttl" }];
    const error = { code: "InvalidRequestFormat", message: "Cannot parse the request.", details };
    const answer = await send("PUT", www, { properties: { ttl } });
    expect(outcomeOf(answer)).toEqual({ status: 400, body: { error } });
    expect((await send("GET", www)).status).toBe(404);
  });

  test("PUT of a record set refuses a body without a ttl", async () => {
    const { send } = await begin();
    const answer = await send("PUT", www, { properties: aRecords("10.0.0.4") });
    const body = networkError("BadRequest", "The property 'properties.ttl' is required.");
    expect(outcomeOf(answer)).toEqual({ status: 400, body });
  });

  test.each(["10.0.0.256", "10.0.0", "fd00::4", "", "10.0.0.04", "www.contoso.com"])(
    "PUT of a record set refuses '%s' as an IPv4 address",
    async (address) => {
      const { send } = await begin();
      const answer = await send("PUT", www, set(aRecords("10.0.0.4", address)));
      const message = `The value '${address}' of property 'properties.aRecords[1].ipv4Address' is not an IPv4 address.`;
      expect(outcomeOf(answer)).toEqual({ status: 400, body: networkError("BadRequest", message) });
    },
  );

  test.each(["10.0.0.4", "fe80::1%eth0", "::g"])(
    "PUT of a record set refuses '%s' as an IPv6 address",
    async (address) => {
      const { send } = await begin();
      const answer = await send("PUT", "contoso.com/AAAA/www", set({ aaaaRecords: [{ ipv6Address: address }] }));
      const message = `The value '${address}' of property 'properties.aaaaRecords[0].ipv6Address' is not an IPv6 address.`;
      expect(outcomeOf(answer)).toEqual({ status: 400, body: networkError("BadRequest", message) });
    },
  );

  test.each([
    ["CNAME", { cnameRecord: { cname: "a..b" } }],
    ["MX", { mxRecords: [{ preference: 1, exchange: "a..b" }] }],
    ["PTR", { ptrRecords: [{ ptrdname: "a..b" }] }],
    ["SRV", { srvRecords: [{ priority: 1, weight: 1, port: 1, target: "a..b" }] }],
  ])("PUT of a record set refuses a %s record with an invalid domain name", async (type, records) => {
    const { send } = await begin();
    const answer = await send("PUT", `contoso.com/${type}/www`, set(records));
    const body = networkError("BadRequest", "The domain name 'a..b' is invalid.");
    expect(outcomeOf(answer)).toEqual({ status: 400, body });
  });

  test.each(["a..b", "www.", "w%20w", "a.*", "@.a", "w*", "x".repeat(64)])(
    "PUT of a record set refuses the name '%s'",
    async (name) => {
      const { send } = await begin();
      const answer = await send("PUT", `contoso.com/A/${name}`, set({}));
      const body = networkError("BadRequest", `The domain name '${decodeURIComponent(name)}' is invalid.`);
      expect(outcomeOf(answer)).toEqual({ status: 400, body });
    },
  );

  test("PUT of a record set refuses a name that is too long with the name of its zone", async () => {
    const { send } = await begin();
    const name = Array.from({ length: 4 }, () => "x".repeat(61)).join(".");
    const answer = await send("PUT", `contoso.com/A/${name}`, set({}));
    const body = networkError("BadRequest", `The domain name '${name}' is invalid.`);
    expect(outcomeOf(answer)).toEqual({ status: 400, body });
    expect((await send("PUT", `contoso.com/A/${name.slice(6)}`, set({}))).status).toBe(201);
  });

  test("PUT of a record set refuses two identical records", async () => {
    const { send } = await begin();
    const answer = await send("PUT", www, set(aRecords("10.0.0.4", "10.0.0.4")));
    const message = 'A record set cannot contain two identical records: {"ipv4Address":"10.0.0.4"}.';
    expect(outcomeOf(answer)).toEqual({ status: 400, body: networkError("BadRequest", message) });
  });

  test("PUT of a record set refuses the 21st record", async () => {
    const { send } = await begin();
    const addresses = Array.from({ length: 21 }, (_, index) => `10.0.0.${index}`);
    const answer = await send("PUT", www, set(aRecords(...addresses)));
    const message = "A record set has at most 20 records, and this one has 21.";
    expect(outcomeOf(answer)).toEqual({ status: 400, body: networkError("BadRequest", message) });
    expect((await send("PUT", www, set(aRecords(...addresses.slice(1))))).status).toBe(201);
  });

  test.each([
    [["x".repeat(256)], "A string of a TXT record has at most 255 characters, and one has 256."],
    [
      Array.from({ length: 5 }, () => "x".repeat(205)),
      "The strings of a TXT record set have at most 1024 characters, and these 1025.",
    ],
  ])("PUT of a record set refuses a text that is too long", async (value, message) => {
    const { send } = await begin();
    const answer = await send("PUT", "contoso.com/TXT/www", set({ txtRecords: [{ value }] }));
    expect(outcomeOf(answer)).toEqual({ status: 400, body: networkError("BadRequest", message) });
  });

  test("PUT of a record set refuses a zone that does not exist", async () => {
    const { send, idOf } = await begin();
    const message =
      "Failed to perform 'write' on resource(s) of type 'privateDnsZones/A', " +
      `because the parent resource '${idOf("other.com")}' could not be found.`;
    const answer = await send("PUT", "other.com/A/www", set({}));
    expect(outcomeOf(answer)).toEqual({ status: 404, body: { error: { code: "ParentResourceNotFound", message } } });
  });

  test("PUT of a record set refuses a type that private zones do not have", async () => {
    const { send } = await begin();
    const answer = await send("PUT", "contoso.com/NS/www", set({}));
    expect(answer).toMatchObject({ status: 404, body: { error: { code: "InvalidResourceType" } } });
  });
});

describe("CNAME record sets", () => {
  const alias = set({ cnameRecord: { cname: "other.example" } });

  test("a CNAME record set cannot have a name with records of another type", async () => {
    const { send } = await begin();
    await send("PUT", "contoso.com/TXT/www", set({}));
    const message =
      "The CNAME record could not be created because another record with the same name already exists in this zone.";
    const answer = await send("PUT", "contoso.com/CNAME/www", alias);
    expect(outcomeOf(answer)).toEqual({ status: 409, body: networkError("Conflict", message) });
  });

  test("no other type can have the name of a CNAME record set, which itself can be changed", async () => {
    const { send } = await begin();
    await send("PUT", "contoso.com/CNAME/www", alias);
    const message =
      "The A record could not be created because a CNAME record with the same name already exists in this zone.";
    expect(outcomeOf(await send("PUT", www, set({})))).toEqual({
      status: 409,
      body: networkError("Conflict", message),
    });
    expect((await send("PUT", "contoso.com/CNAME/www", alias)).status).toBe(200);
    expect((await send("PUT", "contoso.com/A/www2", set({}))).status).toBe(201);
  });

  test("a CNAME record set cannot be at the apex", async () => {
    const { send } = await begin();
    const message = "A CNAME record set cannot be created at the zone apex.";
    const answer = await send("PUT", "contoso.com/CNAME/@", alias);
    expect(outcomeOf(answer)).toEqual({ status: 400, body: networkError("BadRequest", message) });
  });
});

describe("start of authority", () => {
  const soa = "contoso.com/SOA/@";
  const soaRecord = {
    email: "azureprivatedns-host.microsoft.com",
    expireTime: 2_419_200,
    host: "azureprivatedns.net",
    minimumTtl: 10,
    refreshTime: 3_600,
    retryTime: 300,
    serialNumber: 1,
  };

  test("a new zone has a start of authority", async () => {
    const { send } = await begin();
    expect(propertiesOf(await send("GET", soa))).toEqual({
      fqdn: "contoso.com.",
      ttl: 3_600,
      isAutoRegistered: false,
      soaRecord,
    });
  });

  test("PUT and PATCH of the start of authority change everything except its host", async () => {
    const { send } = await begin();
    const changed = { email: "me.contoso.com", refreshTime: 1_800, host: "mine.contoso.com" };
    const answer = await send("PUT", soa, set({ soaRecord: changed }));
    expect(answer.status).toBe(200);
    const expected = { ...soaRecord, ...changed, host: soaRecord.host };
    expect(propertiesOf(answer)).toMatchObject({ ttl: 60, soaRecord: expected });
    expect(propertiesOf(await send("PUT", soa, set({})))).toMatchObject({ soaRecord: expected });
    expect(propertiesOf(await send("PATCH", soa, { properties: { soaRecord: { retryTime: 9 } } }))).toMatchObject({
      soaRecord: { ...expected, retryTime: 9 },
    });
  });

  test("a zone refuses a second start of authority", async () => {
    const { send } = await begin();
    const message = "A zone has one SOA record set, which is called '@': 'www' is not.";
    const answer = await send("PUT", "contoso.com/SOA/www", set({ soaRecord }));
    expect(outcomeOf(answer)).toEqual({ status: 400, body: networkError("BadRequest", message) });
  });

  test("the start of authority cannot be deleted", async () => {
    const { send } = await begin();
    const message = "The SOA record set of a zone cannot be deleted.";
    const answer = await send("DELETE", soa);
    expect(outcomeOf(answer)).toEqual({ status: 400, body: networkError("BadRequest", message) });
    expect((await send("GET", soa)).status).toBe(200);
  });
});

describe("conditions of a write to a record set", () => {
  test("If-None-Match refuses the PUT of a record set that exists", async () => {
    const { send } = await begin();
    expect((await send("PUT", www, set({}), { "if-none-match": "*" })).status).toBe(201);
    const message = "The condition '*' in the If-None-Match header was not satisfied. The current was 'n/a'.";
    const answer = await send("PUT", www, set({}), { "if-none-match": "*" });
    expect(outcomeOf(answer)).toEqual({ status: 412, body: networkError("PreconditionFailed", message) });
  });

  test.each(["PUT", "PATCH", "DELETE"] as const)(
    "%s of a record set refuses another etag than the current one in If-Match",
    async (method) => {
      const { send } = await begin();
      const { etag } = (await send("PUT", www, set({}))).body as { etag: string };
      const given = method === "DELETE" ? undefined : set({ ttl: 61 });
      const message = `The condition '"other"' in the If-Match header was not satisfied. The current was '${etag}'.`;
      const answer = await send(method, www, given, { "if-match": '"other"' });
      expect(outcomeOf(answer)).toEqual({ status: 412, body: networkError("PreconditionFailed", message) });
      expect(propertiesOf(await send("GET", www))["ttl"]).toBe(60);
      expect((await send(method, www, given, { "if-match": etag })).status).toBe(200);
    },
  );
});

describe("PATCH of a record set", () => {
  test("PATCH of a record set changes what its body gives and keeps the rest", async () => {
    const { send } = await begin();
    await send("PUT", www, set({ ...aRecords("10.0.0.4"), metadata: { a: "1" } }));
    const answer = await send("PATCH", www, { properties: { metadata: { b: "2" } } });
    expect(answer.status).toBe(200);
    expect(propertiesOf(answer)).toMatchObject({ ttl: 60, metadata: { b: "2" }, ...aRecords("10.0.0.4") });
    const patched = await send("PATCH", www, { properties: { ttl: 5, ...aRecords("10.0.0.5") } });
    expect(propertiesOf(patched)).toMatchObject({ ttl: 5, metadata: { b: "2" }, ...aRecords("10.0.0.5") });
  });

  test("PATCH and GET refuse a record set that does not exist", async () => {
    const { send } = await begin();
    const message = `The resource record 'www' does not exist in resource group 'rg1' of subscription '${testSubscriptionId}'.`;
    const refusal = { status: 404, body: networkError("NotFound", message) };
    expect(outcomeOf(await send("PATCH", www, set({})))).toEqual(refusal);
    expect(outcomeOf(await send("GET", www))).toEqual(refusal);
  });
});

test("DELETE of a record set returns 200, and 204 if there is none", async () => {
  const { send } = await begin();
  await send("PUT", www, set({}));
  expect((await send("DELETE", www)).status).toBe(200);
  expect((await send("GET", www)).status).toBe(404);
  expect((await send("DELETE", www)).status).toBe(204);
});
