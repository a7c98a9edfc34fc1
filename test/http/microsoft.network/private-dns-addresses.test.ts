import { describe, expect, test } from "vitest";
import { putARecord, removeARecord } from "../../../src/providers/microsoft.network/record-sets/a-records.ts";
import { startDnsServer } from "../../support/dns-server.ts";

const aRecords = (...addresses: string[]) => ({ aRecords: addresses.map((ipv4Address) => ({ ipv4Address })) });

describe("the addresses that endpoints put", () => {
  const name = "cache1.eastus";

  /** Puts and removes addresses as a DNS zone group would. */
  async function withHands() {
    const server = await startDnsServer();
    await server.addZone();
    const zoneId = server.idOf("contoso.com").toUpperCase();
    const place = { zoneId, name, nowMs: server.clock.nowMs() };
    return {
      ...server,
      put: (...addresses: string[]) => server.store.write((tx) => putARecord(tx, { ...place, ttl: 10, addresses })),
      remove: (addresses?: string[]) =>
        server.store.write((tx) => removeARecord(tx, { ...place, ...(addresses === undefined ? {} : { addresses }) })),
      read: () => server.send("GET", `contoso.com/A/${name}`),
    };
  }

  test("become a record set of the zone, once each", async () => {
    const { put, read, idOf } = await withHands();
    await put("10.0.0.4");
    await put("10.0.0.4", "10.0.0.5");
    expect(await read()).toMatchObject({
      status: 200,
      body: {
        id: idOf(`contoso.com/A/${name}`),
        properties: { ttl: 10, fqdn: `${name}.contoso.com.`, ...aRecords("10.0.0.4", "10.0.0.5") },
      },
    });
  });

  test("go without those of another endpoint", async () => {
    const { put, remove, read } = await withHands();
    await put("10.0.0.4");
    await put("10.0.0.5");
    await remove(["10.0.0.4", "10.9.9.9"]);
    expect(await read()).toMatchObject({ body: { properties: aRecords("10.0.0.5") } });
    await remove(["10.0.0.5"]);
    expect((await read()).status).toBe(404);
  });

  test("go all where none are named, and leave nothing where nothing is", async () => {
    const { put, remove, read } = await withHands();
    await remove();
    await put("10.0.0.4", "10.0.0.5");
    await remove();
    expect((await read()).status).toBe(404);
  });

  test("leave a record set alone that they are not in", async () => {
    const { put, remove, read } = await withHands();
    await put("10.0.0.4");
    const before = (await read()).body;
    await remove(["10.0.0.5"]);
    expect((await read()).body).toEqual(before);
  });

  test("leave an alias alone", async () => {
    const { put, read, send } = await withHands();
    await send("PUT", `contoso.com/CNAME/${name}`, {
      properties: { ttl: 60, cnameRecord: { cname: "other.example" } },
    });
    await put("10.0.0.4");
    expect((await read()).status).toBe(404);
  });

  test("go nowhere when the zone is gone", async () => {
    const { put, read, send } = await withHands();
    await send("DELETE", "contoso.com");
    await put("10.0.0.4");
    expect((await read()).status).toBe(404);
  });
});
