import { describe, expect, test } from "vitest";
import { putARecord, removeARecord } from "../../../src/providers/microsoft.network/private-dns/a-records.ts";
import { startDnsServer } from "../../support/dns-server.ts";

const aRecords = (...addresses: string[]) => ({ aRecords: addresses.map((ipv4Address) => ({ ipv4Address })) });

describe("addresses of endpoints in a zone", () => {
  const name = "cache1.eastus";

  /** A server with a zone, and what a DNS zone group does to its addresses. */
  async function begin() {
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

  test("putARecord adds each address to the record set once", async () => {
    const { put, read, idOf } = await begin();
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

  test("removeARecord keeps the addresses of other endpoints", async () => {
    const { put, remove, read } = await begin();
    await put("10.0.0.4");
    await put("10.0.0.5");
    await remove(["10.0.0.4", "10.9.9.9"]);
    expect(await read()).toMatchObject({ body: { properties: aRecords("10.0.0.5") } });
    await remove(["10.0.0.5"]);
    expect((await read()).status).toBe(404);
  });

  test("removeARecord removes the whole record set if no addresses are given", async () => {
    const { put, remove, read } = await begin();
    await remove();
    await put("10.0.0.4", "10.0.0.5");
    await remove();
    expect((await read()).status).toBe(404);
  });

  test("removeARecord does not change a record set without the address", async () => {
    const { put, remove, read } = await begin();
    await put("10.0.0.4");
    const before = (await read()).body;
    await remove(["10.0.0.5"]);
    expect((await read()).body).toEqual(before);
  });

  test("putARecord does not change an alias", async () => {
    const { put, read, send } = await begin();
    await send("PUT", `contoso.com/CNAME/${name}`, {
      properties: { ttl: 60, cnameRecord: { cname: "other.example" } },
    });
    await put("10.0.0.4");
    expect((await read()).status).toBe(404);
  });

  test("putARecord does nothing if the zone is gone", async () => {
    const { put, read, send } = await begin();
    await send("DELETE", "contoso.com");
    await put("10.0.0.4");
    expect((await read()).status).toBe(404);
  });
});
