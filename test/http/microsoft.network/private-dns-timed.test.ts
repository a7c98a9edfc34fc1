import { describe, expect, test } from "vitest";
import { listActiveOperations } from "../../../src/store/operations.ts";
import { pathOf } from "../../support/cache-server.ts";
import { dnsVersion, startDnsServer } from "../../support/dns-server.ts";
import type { Answer } from "../../support/inject.ts";

const azure = { timing: { kind: "azure" } } as const;
const fixed = { timing: { kind: "fixed", durationMs: 2_000 } } as const;
const body = { location: "global" };
const halfMinuteMs = 30_000;

function expectAccepted({ status, headers }: Answer, group: string): void {
  expect(status).toBe(202);
  const operations = `https://localhost:8443${group}/providers/Microsoft.Network/privateDnsOperation`;
  const id = `[\\da-f-]{36}\\?api-version=${dnsVersion}$`;
  expect(headers["azure-asyncoperation"]).toMatch(new RegExp(`^${operations}Statuses/${id}`));
  expect(headers["location"]).toMatch(new RegExp(`^${operations}Results/${id}`));
}

describe("long-running PUT of a zone", () => {
  test("a long-running PUT of a zone returns 202 with an empty object, the operation's URLs and Retry-After", async () => {
    const { send, group } = await startDnsServer(azure);
    const answer = await send("PUT", "contoso.com", body);
    expectAccepted(answer, group);
    expect(answer.body).toEqual({});
    expect(answer.headers["retry-after"]).toBe("30");
  });

  test("a PUT of a zone returns a Retry-After of one second under a fixed timing", async () => {
    const { send } = await startDnsServer(fixed);
    expect((await send("PUT", "contoso.com", body)).headers["retry-after"]).toBe("1");
  });

  test("a long-running PUT of a zone can be polled by its status and by its result", async () => {
    const { send, request, clock, group } = await startDnsServer(azure);
    const { headers } = await send("PUT", "contoso.com", body);
    const status = () => request("GET", pathOf(headers["azure-asyncoperation"]));
    const result = () => request("GET", pathOf(headers["location"]));
    const waiting = await status();
    expectAccepted(waiting, group);
    expect(waiting).toMatchObject({ body: { status: "InProgress" }, headers: { "retry-after": "30" } });
    expect(await result()).toMatchObject({ status: 202, text: "" });
    expect(await send("GET", "contoso.com")).toMatchObject({ body: { properties: { provisioningState: "Updating" } } });
    await clock.advance(halfMinuteMs);
    expect(await status()).toMatchObject({ status: 200, body: { status: "Succeeded" } });
    const zone = await send("GET", "contoso.com");
    expect(zone).toMatchObject({ body: { properties: { provisioningState: "Succeeded" } } });
    expect(await result()).toMatchObject({ status: 200, body: zone.body });
  });

  test("a later PUT of a zone cancels the one in progress", async () => {
    const { send, request, clock } = await startDnsServer(azure);
    const first = await send("PUT", "contoso.com", body);
    const second = await send("PUT", "contoso.com", { ...body, tags: { a: "1" } });
    const followed = (answer: Answer, header: string) => request("GET", pathOf(answer.headers[header]));
    expect(await followed(first, "azure-asyncoperation")).toMatchObject({ status: 200, body: { status: "Canceled" } });
    expect(await followed(first, "location")).toMatchObject({ status: 409, body: { error: { code: "Canceled" } } });
    await clock.advance(halfMinuteMs);
    expect(await followed(second, "location")).toMatchObject({ status: 200, body: { tags: { a: "1" } } });
  });
});

describe("long-running deletion", () => {
  test.each(["contoso.com", "contoso.com/virtualNetworkLinks/link1"])(
    "a long-running DELETE of %s returns 202 and ends",
    async (path) => {
      const { send, request, clock, group, addZone, addNetwork, link } = await startDnsServer(azure);
      await addZone();
      if (path.includes("Links")) {
        await link(path, await addNetwork());
        await clock.advance(halfMinuteMs);
      }
      const answer = await send("DELETE", path);
      expectAccepted(answer, group);
      expect(answer.text).toBe("");
      expect(await send("GET", path)).toMatchObject({ body: { properties: { provisioningState: "Deleting" } } });
      expect((await send("DELETE", path)).headers["location"]).toBe(answer.headers["location"]);
      await clock.advance(halfMinuteMs);
      expect((await send("GET", path)).status).toBe(404);
      expect(await request("GET", pathOf(answer.headers["location"]))).toMatchObject({ status: 200, text: "" });
      expect((await send("DELETE", path)).status).toBe(204);
    },
  );

  test("a zone that is being deleted refuses writes to itself and below", async () => {
    const { send, link, addZone, addNetwork, idOf } = await startDnsServer(azure);
    await addZone();
    await send("DELETE", "contoso.com");
    const message = `The resource '${idOf("contoso.com")}' is being deleted.`;
    const refusal = { status: 409, body: { error: { code: "Conflict", message, details: [] } } };
    expect(await send("PUT", "contoso.com", body)).toMatchObject(refusal);
    expect(await send("PATCH", "contoso.com", { tags: {} })).toMatchObject(refusal);
    expect(await send("PUT", "contoso.com/A/www", { properties: { ttl: 1 } })).toMatchObject(refusal);
    expect(await link("contoso.com/virtualNetworkLinks/link1", await addNetwork())).toMatchObject(refusal);
  });
});

test("a link stays Completed while a later write is in progress", async () => {
  const { send, link, addZone, addNetwork, clock, group } = await startDnsServer(azure);
  await addZone();
  const path = "contoso.com/virtualNetworkLinks/link1";
  const network = await addNetwork();
  expectAccepted(await link(path, network), group);
  const states = (provisioningState: string, virtualNetworkLinkState: string) => ({
    body: { properties: { provisioningState, virtualNetworkLinkState } },
  });
  expect(await send("GET", path)).toMatchObject(states("Updating", "InProgress"));
  await clock.advance(halfMinuteMs);
  expect(await send("GET", path)).toMatchObject(states("Succeeded", "Completed"));
  await send("PATCH", path, { tags: { a: "1" } });
  expect(await send("GET", path)).toMatchObject(states("Updating", "Completed"));
});

test("a write to a record set is never long-running", async () => {
  const { send, addZone } = await startDnsServer(azure);
  await addZone();
  const answer = await send("PUT", "contoso.com/A/www", { properties: { ttl: 60 } });
  expect(answer.status).toBe(201);
  expect(answer.headers).not.toHaveProperty("azure-asyncoperation");
});

test.each(["Statuses", "Results"])(
  "privateDnsOperation%s refuses an operation of another resource group",
  async (kind) => {
    const { send, request, addGroup } = await startDnsServer(azure);
    const { headers } = await send("PUT", "contoso.com", body);
    const id = /[\da-f-]{36}(?=\?)/.exec(headers["location"] ?? "")?.[0] ?? "";
    const other = await addGroup("rg2");
    const path = `${other}/providers/Microsoft.Network/privateDnsOperation${kind}/${id}?api-version=${dnsVersion}`;
    const message = `The operation '${id}' could not be found in this resource group.`;
    expect(await request("GET", path)).toMatchObject({
      status: 404,
      body: { error: { code: "OperationNotFound", message, details: [] } },
    });
  },
);

test("a failed operation leaves its zone or link as Failed", async () => {
  const { send, link, store, addNetwork, idOf, kinds } = await startDnsServer(azure);
  await send("PUT", "contoso.com", body);
  await link("contoso.com/virtualNetworkLinks/link1", await addNetwork());
  for (const path of ["contoso.com", "contoso.com/virtualNetworkLinks/link1"]) {
    const [operation] = await listActiveOperations(store, idOf(path));
    if (operation === undefined) throw new Error(`No operation is in progress on ${path}.`);
    const kind = kinds.find(({ name }) => name === operation.kind);
    await store.write(async (tx) => kind?.fail(tx, operation, { code: "InternalServerError", message: "It broke." }));
    expect(await send("GET", path)).toMatchObject({ body: { properties: { provisioningState: "Failed" } } });
  }
  expect(await send("GET", "contoso.com/virtualNetworkLinks/link1")).toMatchObject({
    body: { properties: { virtualNetworkLinkState: "InProgress" } },
  });
});
