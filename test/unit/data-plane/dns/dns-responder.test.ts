import { once } from "node:events";
import { createServer } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import type { DnsSource, EndpointFacts, LinkFacts, RecordSetFacts } from "../../../../src/data-plane/dns/dns-facts.ts";
import { DnsResponder, type DnsResponderOptions } from "../../../../src/data-plane/dns/dns-responder.ts";
import { forwardTo } from "../../../../src/data-plane/dns/forward.ts";
import { dnsLimits } from "../../../../src/data-plane/limits.ts";
import { systemClock } from "../../../../src/kernel/clock.ts";
import { createLog } from "../../../../src/kernel/log.ts";
import type { ChangeListener } from "../../../../src/store/store.ts";
import { connectByTcp, frames, resolverAt, sendByUdp } from "../../../support/dns-clients.ts";
import {
  addressOf,
  cluster,
  endpointPath,
  endpointRecord,
  names,
  networkWith,
  queryFor,
  readAnswer,
  zone,
  type NetworkFacts,
} from "../../../support/dns-names.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

/** Networks that a test changes, instead of a store. */
function world(networks: Record<string, NetworkFacts> = {}) {
  const listeners = new Set<ChangeListener>();
  const everyLink = new Set<string>();
  const linked = (): Map<string, LinkFacts & { records: readonly RecordSetFacts[] }> => {
    const found = Object.entries(networks).flatMap(([id, { zones }]) =>
      zones.map((each) => [`link ${id} ${each.zoneName}`, { ...each, networkKey: id.toLowerCase() }] as const),
    );
    for (const [key] of found) everyLink.add(key);
    return new Map(found.map(([key, each]) => [key, { ...each, zoneKey: key }]));
  };
  const endpoints = (): Map<string, EndpointFacts> =>
    new Map(
      Object.entries(networks).flatMap(([id, network]) =>
        network.endpoints.map(({ vnetAddress, pathKey }) => [pathKey, { networkKey: id.toLowerCase(), vnetAddress }]),
      ),
    );
  const source: DnsSource = {
    listNetworks: async () => Object.keys(networks).map((id) => ({ id, key: id.toLowerCase() })),
    clusterNames: { list: async () => new Map([[cluster.pathKey, cluster]]), read: async () => cluster },
    endpoints: { list: async () => endpoints(), read: async (key) => endpoints().get(key) },
    links: { list: async () => linked(), read: async (key) => linked().get(key) },
    readRecords: async (zoneKey) => linked().get(zoneKey)?.records ?? [],
    addressOf,
    changeOf: (key) => (everyLink.has(key) ? { of: "link", key } : { of: "endpoint", key }),
    isNetwork: (key) => key === "network",
  };
  const onChange = (listener: ChangeListener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const change = (key = "network"): void => {
    linked();
    const changed = key === "other" ? [key] : [key, endpointPath, ...everyLink];
    for (const listener of listeners) listener(changed);
  };
  return { networks, source, change, store: { onChange } };
}

async function startResponder(at = world(), options: Partial<DnsResponderOptions> = {}): Promise<DnsResponder> {
  const { source, store } = at;
  const log = createLog("silent");
  const rest = {
    port: 0,
    answers: "dialable",
    forward: undefined,
    clock: systemClock,
    seed: "a data directory",
  } as const;
  const responder = new DnsResponder({ source, store, log, ...rest, ...options });
  onTestFinished(() => responder.close());
  await responder.start();
  return responder;
}

const placeOf = (responder: DnsResponder, index = 0) => {
  const place = responder.resolvers[index];
  if (place === undefined) throw new Error("There is no such resolver.");
  return place;
};

const rightNetwork = networkWith(zone(names.zone, [endpointRecord]));

test.for(["addresses", "ports"] as const)("where there are %s, each view has a resolver of its own", async (scheme) => {
  const responder = await startResponder(world({ vnet1: rightNetwork, vnet2: { zones: [], endpoints: [] } }), {
    scheme,
  });
  const { resolvers } = responder;
  expect(resolvers.map(({ virtualNetworkId }) => virtualNetworkId)).toEqual([undefined, "vnet1", "vnet2"]);
  expect(new Set(resolvers.map(({ address, port }) => `${address}:${port}`)).size).toBe(3);
  expect(new Set(resolvers.map((each) => (scheme === "ports" ? each.address : each.port))).size).toBe(1);
  const answers = await Promise.all(resolvers.map((each) => resolverAt(each).resolve4(names.host, { ttl: true })));
  expect(answers).toEqual([
    [{ address: names.publicAddress, ttl: 10 }],
    [{ address: names.privateAddress, ttl: 10 }],
    [{ address: names.publicAddress, ttl: 10 }],
  ]);
});

test("a data directory has its resolvers at the same addresses on every start", async () => {
  const first = await startResponder(world({ vnet1: rightNetwork }));
  const addresses = first.resolvers.map(({ address }) => address);
  await first.close();
  const second = await startResponder(world({ vnet1: rightNetwork }));
  expect(second.resolvers.map(({ address }) => address)).toEqual(addresses);
  const other = await startResponder(world({ vnet1: rightNetwork }), { seed: "another data directory" });
  expect(other.resolvers.map(({ address }) => address)).not.toEqual(addresses);
});

test("the resolvers follow networks that are created, changed and deleted", async () => {
  const at = world();
  const responder = await startResponder(at);
  at.networks["vnet1"] = networkWith();
  at.change();
  await responder.settled();
  const place = placeOf(responder, 1);
  expect(await resolverAt(place).resolve4(names.host)).toEqual([names.publicAddress]);
  at.networks["vnet1"] = rightNetwork;
  at.change("other");
  expect(await resolverAt(place).resolve4(names.host)).toEqual([names.publicAddress]);
  at.change();
  expect(await resolverAt(place).resolve4(names.host)).toEqual([names.privateAddress]);
  delete at.networks["vnet1"];
  at.change();
  await responder.settled();
  expect(responder.resolvers).toHaveLength(1);
  await expect(connectByTcp(place)).rejects.toThrow("ECONNREFUSED");
});

test("Node's client gets the codes that it knows for missing names and types", async () => {
  const resolver = resolverAt(placeOf(await startResponder()));
  await expect(resolver.resolve4("nothing.eastus.redis.azure.net")).rejects.toMatchObject({ code: "ENOTFOUND" });
  await expect(resolver.resolve4("redis.azure.net")).rejects.toMatchObject({ code: "ENODATA" });
  await expect(resolver.resolve4("example.com")).rejects.toMatchObject({ code: "EREFUSED" });
  expect(await resolver.resolveCname(names.host)).toEqual([names.alias]);
});

test("Node's client gets an answer that is too long for UDP over TCP", async () => {
  const values = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(250, "x"));
  const long = networkWith(zone("contoso.com", [{ name: "long", type: "TXT", ttl: 1, values }]));
  const responder = await startResponder(world({ vnet1: long }));
  const found = await resolverAt(placeOf(responder, 1)).resolveTxt("long.contoso.com");
  expect(found.map((strings) => strings.join(""))).toEqual(values);
});

test("a UDP client that sends garbage gets no answer, and the next client gets one", async () => {
  const place = placeOf(await startResponder());
  const answer = await sendByUdp(place, Buffer.alloc(0), Buffer.from("rubbish"), Buffer.alloc(9_000, 0xff), queryFor());
  expect(readAnswer(answer)).toMatchObject({ id: 4711, rcode: "NOERROR" });
});

test("the queries of a TCP connection are answered in their order, even after the client has ended its side", async () => {
  const client = await connectByTcp(placeOf(await startResponder()));
  const queries = Array.from({ length: 50 }, (_, id) => queryFor({}, { id }));
  client.socket.end(frames(...queries));
  const ids: (number | undefined)[] = [];
  for (let answer = await client.next(); answer !== undefined; answer = await client.next()) {
    ids.push(readAnswer(answer).id);
  }
  expect(ids).toEqual(queries.map((_, id) => id));
});

test("a TCP query that arrives byte by byte is answered", async () => {
  const client = await connectByTcp(placeOf(await startResponder()));
  client.socket.setNoDelay(true);
  for (const byte of frames(queryFor())) client.socket.write(Buffer.from([byte]));
  expect(readAnswer(await client.next())).toMatchObject({ rcode: "NOERROR" });
});

test("a TCP client that announces too long a query is disconnected", async () => {
  const client = await connectByTcp(placeOf(await startResponder()));
  client.socket.write(Buffer.from([0xff, 0xff, 0, 0]));
  expect(await client.next()).toBeUndefined();
});

test("a TCP client that completes no query is disconnected, even if it sends single bytes", async () => {
  const place = placeOf(await startResponder());
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const client = await connectByTcp(place);
  client.socket.write(frames(queryFor(), queryFor()));
  for (const _ of [1, 2]) expect(readAnswer(await client.next())).toMatchObject({ rcode: "NOERROR" });
  vi.advanceTimersByTime(dnsLimits.tcpIdleMs - 1);
  client.socket.write(frames(queryFor()).subarray(0, 5));
  client.socket.write(frames(queryFor()).subarray(5));
  expect(readAnswer(await client.next())).toMatchObject({ rcode: "NOERROR" });
  vi.advanceTimersByTime(dnsLimits.tcpIdleMs - 1);
  client.socket.write(frames(queryFor()).subarray(0, 5));
  vi.advanceTimersByTime(1);
  expect(await client.next()).toBeUndefined();
});

test("TCP connections above the limit are refused, and open ones go on", async () => {
  const place = placeOf(await startResponder());
  const clients = await Promise.all(Array.from({ length: dnsLimits.tcpConnections }, () => connectByTcp(place)));
  onTestFinished(() => clients.forEach(({ socket }) => socket.destroy()));
  for (const { socket } of clients) socket.write(frames(queryFor()));
  await Promise.all(clients.map(async (client) => expect(readAnswer(await client.next()).rcode).toBe("NOERROR")));
  const late = await connectByTcp(place);
  expect(await late.next()).toBeUndefined();
});

test("closing the responder disconnects its clients", async () => {
  const responder = await startResponder();
  const client = await connectByTcp(placeOf(responder));
  client.socket.write(frames(queryFor()));
  await client.next();
  await responder.close();
  expect(await client.next()).toBeUndefined();
});

test("a resolver whose address is taken uses another one", async () => {
  const at = world({ vnet1: rightNetwork });
  const first = await startResponder(at, { scheme: "addresses" });
  const { address, port } = placeOf(first, 1);
  await first.close();
  const squatter = createServer().listen(port, address);
  onTestFinished(() => void squatter.close());
  await once(squatter, "listening");
  const second = await startResponder(at, { scheme: "addresses", port });
  expect(placeOf(second, 1).port).toBe(port);
  expect(placeOf(second, 1).address).not.toBe(address);
});

test("other names are forwarded when that is switched on, and ours never", async () => {
  const elsewhere = world({ vnet1: networkWith(zone("example.com", [{ ...endpointRecord, name: "www" }])) });
  const upstream = placeOf(await startResponder(elsewhere, { seed: "upstream" }), 1);
  const forward = forwardTo(() => ["127.0.0.1:1", `${upstream.address}:${upstream.port}`]);
  const place = placeOf(await startResponder(world(), { forward }));
  const resolver = resolverAt(place);
  expect(await resolver.resolve4("www.example.com")).toEqual([names.privateAddress]);
  await expect(resolver.resolve4("nothing.redis.azure.net")).rejects.toMatchObject({ code: "ENOTFOUND" });
  const client = await connectByTcp(place);
  client.socket.end(frames(queryFor({ name: "www.example.com" })));
  expect(readAnswer(await client.next())).toMatchObject({ id: 4711, rcode: "NOERROR", answers: [{ type: "A" }] });
});

test("a forwarded query that nobody answers gets SERVFAIL", async () => {
  const place = placeOf(await startResponder(world(), { forward: forwardTo(() => ["127.0.0.1:1"]) }));
  expect(readAnswer(await sendByUdp(place, queryFor({ name: "example.com" })))).toMatchObject({
    rcode: "SERVFAIL",
    flag_ra: true,
  });
});

test("networks that could not be read are tried again without a change", async () => {
  const at = world({ vnet1: rightNetwork });
  const listNetworks = vi.spyOn(at.source, "listNetworks").mockRejectedValueOnce(new Error("The disk is away."));
  const clock = new ManualClock();
  const responder = await startResponder(at, { clock });
  expect(responder.resolvers).toHaveLength(1);
  await clock.advance(dnsLimits.retryMs);
  await responder.settled();
  expect(responder.resolvers).toHaveLength(2);
  expect(listNetworks).toHaveBeenCalledTimes(2);
});

test("lists the networks again only when one of them changed", async () => {
  const at = world({ vnet1: rightNetwork });
  const list = vi.spyOn(at.source, "listNetworks");
  const responder = await startResponder(at);
  at.change("a record");
  await responder.settled();
  expect(list).toHaveBeenCalledTimes(1);
  at.change("network");
  await responder.settled();
  expect(list).toHaveBeenCalledTimes(2);
});
