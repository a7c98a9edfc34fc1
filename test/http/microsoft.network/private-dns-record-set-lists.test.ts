import { describe, expect, test } from "vitest";
import { putARecord } from "../../../src/providers/microsoft.network/private-dns/a-records.ts";
import { pathOf } from "../../support/cache-server.ts";
import { startDnsServer, type DnsServer } from "../../support/dns-server.ts";
import type { Answer } from "../../support/inject.ts";

/** A server with the zone `contoso.com`. */
async function begin(): Promise<DnsServer> {
  const server = await startDnsServer();
  await server.addZone();
  return server;
}

const namesOf = ({ body }: Answer) => (body as { value: { name: string }[] }).value.map(({ name }) => name);

describe("lists of record sets", () => {
  async function withRecordSets(): Promise<DnsServer> {
    const server = await begin();
    for (const path of ["A/www", "A/cache1.eastus", "A/cache2.eastus", "A/east", "TXT/www"]) {
      await server.send("PUT", `contoso.com/${path}`, { properties: { ttl: 60 } });
    }
    return server;
  }

  test("record sets are listed by type", async () => {
    const { send } = await withRecordSets();
    expect(namesOf(await send("GET", "contoso.com/A"))).toEqual(["cache1.eastus", "cache2.eastus", "east", "www"]);
    expect(namesOf(await send("GET", "contoso.com/SOA"))).toEqual(["@"]);
    expect(namesOf(await send("GET", "contoso.com/MX"))).toEqual([]);
  });

  test("ALL lists the record sets of all types", async () => {
    const { send } = await withRecordSets();
    const answer = await send("GET", "contoso.com/ALL");
    expect(namesOf(answer)).toEqual(["cache1.eastus", "cache2.eastus", "east", "www", "@", "www"]);
    expect(answer.body).toMatchObject({
      value: [{}, {}, {}, {}, { type: "Microsoft.Network/privateDnsZones/SOA" }, {}],
    });
  });

  test("lists of record sets contain only names that end in the given suffix", async () => {
    const { send } = await withRecordSets();
    const names = namesOf(await send("GET", "contoso.com/all?$recordsetnamesuffix=EastUS"));
    expect(names).toEqual(["cache1.eastus", "cache2.eastus"]);
    expect(namesOf(await send("GET", "contoso.com/A?$recordsetnamesuffix=east"))).toEqual(["east"]);
  });

  test("a list of record sets continues where $top ended the page", async () => {
    const { send, request } = await withRecordSets();
    let page = await send("GET", "contoso.com/A?$top=3");
    const names = namesOf(page);
    page = await request("GET", pathOf((page.body as { nextLink: string }).nextLink));
    expect([...names, ...namesOf(page)]).toEqual(["cache1.eastus", "cache2.eastus", "east", "www"]);
    expect(page.body).not.toHaveProperty("nextLink");
  });

  test("a list of record sets has 100 on a page unless $top is given", async () => {
    const { send, store, clock, idOf } = await begin();
    await store.write(async (tx) => {
      for (let index = 0; index < 101; index += 1) {
        const record = { zoneId: idOf("contoso.com"), name: `n${index}`, ttl: 10, addresses: ["10.0.0.4"] };
        await putARecord(tx, { ...record, nowMs: clock.nowMs() });
      }
    });
    const answer = await send("GET", "contoso.com/A");
    expect(namesOf(answer)).toHaveLength(100);
    expect(answer.body).toHaveProperty("nextLink");
  });

  test("the list of record sets refuses a zone that does not exist", async () => {
    const { send } = await begin();
    const answer = await send("GET", "other.com/ALL");
    expect(answer).toMatchObject({ status: 404, body: { error: { code: "ParentResourceNotFound" } } });
  });
});
