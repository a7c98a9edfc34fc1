import { once } from "node:events";
import type { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { AnnouncedAddress, newPlaceholder } from "../../../../src/data-plane/gateway/cluster-replies.ts";
import { closed, digestOf, received, roundTrip, send, startGateway, type Gateway } from "../../../support/gateway.ts";

const protocols = ["TLS", "plain text"] as const;
vi.setConfig({ testTimeout: 30_000 });
const waiting = { timeout: 30_000, interval: 5 };
const mib = 2 ** 20;

/** A client and the database's end of its connection. */
async function through(gateway: Gateway, options?: { allowHalfOpen?: boolean }): Promise<[Socket, Socket]> {
  const client = await gateway.dial(options);
  return [client, await gateway.nextAtDatabase()];
}

/** A client whose database sends back what it is sent. */
async function echoing(gateway: Gateway): Promise<Socket> {
  const [client, server] = await through(gateway);
  server.pipe(server);
  return client;
}

/** Resolves when the peer has gone: after its end, only a write shows that. */
const refusesBytes = (socket: Socket): Promise<void> =>
  vi.waitFor(() => {
    socket.write("x");
    expect(socket.destroyed).toBe(true);
  }, waiting);

/** Counters to be polled: a client may see its end before the listener does. */
const counters =
  ({ listener }: Gateway) =>
  () =>
    listener.counters;

test.for(protocols)("over %s a silent client is disconnected, and an active one is not", async (protocol) => {
  const gateway = await startGateway({ protocol, idleMs: 1_000 });
  const active = await echoing(gateway);
  const [silent, server] = await through(gateway);
  const cut = Promise.all([closed(silent), once(server.resume(), "end")]);
  while (!silent.closed) await roundTrip(active);
  await cut;
  await roundTrip(active);
  await expect.poll(counters(gateway), waiting).toMatchObject({ connections: 1, accepted: 2, refused: 0 });
});

test.for(protocols)("over %s a client that has ended its side still gets the reply", async (protocol) => {
  const [client, server] = await through(await startGateway({ protocol }));
  client.end("last words");
  expect(await received(server)).toBe("last words");
  await once(server, "end");
  server.end("reply");
  expect(await received(client)).toBe("reply");
  await closed(client);
});

test.for(protocols)(
  "over %s a client gets what its database sent and ended before they were joined",
  async (protocol) => {
    const sent = Promise.withResolvers<void>();
    const gateway = await startGateway({
      protocol,
      connect: async (_until, toDatabase) => {
        const connection = await toDatabase();
        await sent.promise;
        for (let turn = 0; turn < 3; turn += 1) await setImmediate(); // It would be read if anybody read.
        return connection;
      },
    });
    const [client, server] = await through(gateway);
    server.end("max number of clients reached", () => sent.resolve());
    expect(await received(client)).toBe("max number of clients reached");
    await closed(client);
  },
);

test.for(protocols)("over %s a database that stays open after its client ended is disconnected", async (protocol) => {
  const gateway = await startGateway({ protocol, limits: { halfOpenMs: 20 } });
  const [client, server] = await through(gateway);
  client.end();
  await Promise.all([closed(client), once(server.resume(), "end")]);
  await refusesBytes(server);
  await expect.poll(counters(gateway), waiting).toMatchObject({ connections: 0 });
});

test.for(protocols)("over %s a client that stays open after its database ended is disconnected", async (protocol) => {
  const gateway = await startGateway({ protocol, limits: { halfOpenMs: 20 } });
  const [client, server] = await through(gateway, { allowHalfOpen: true });
  server.end("bye");
  expect(await received(client)).toBe("bye");
  await refusesBytes(client);
  await closed(server);
  await expect.poll(counters(gateway), waiting).toMatchObject({ connections: 0 });
});

test.for(protocols)(
  "over %s a client is closed with its database connection, and the connection with its client",
  async (protocol) => {
    const gateway = await startGateway({ protocol });
    const [client, server] = await through(gateway);
    server.destroy();
    await closed(client);
    const [other, otherServer] = await through(gateway);
    other.destroy();
    await once(otherServer.resume(), "end");
    otherServer.end();
    await expect.poll(counters(gateway), waiting).toMatchObject({ connections: 0 });
  },
);

test("a client that never starts its handshake is disconnected and counted", async () => {
  const gateway = await startGateway({ protocol: "TLS", limits: { handshakeMs: 20 } });
  await closed(await gateway.dialBare());
  await expect.poll(counters(gateway), waiting).toMatchObject({ connections: 0, accepted: 0, refused: 1 });
});

test("plain text on a TLS port is refused and counted, and does not reach a database", async () => {
  const gateway = await startGateway({
    protocol: "TLS",
    connect: () => Promise.reject(new Error("Nobody is to get here.")),
  });
  const client = await gateway.dialBare();
  client.write("*1\r\n$4\r\nPING\r\n");
  await closed(client);
  await expect.poll(counters(gateway), waiting).toMatchObject({ connections: 0, accepted: 0, refused: 1 });
});

test.for(protocols)("over %s a client is refused when the database is not ready in time", async (protocol) => {
  const gateway = await startGateway({
    protocol,
    limits: { backendWaitMs: 20 },
    connect: async (until) =>
      await new Promise((_resolve, reject) => {
        const signal = until();
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  });
  await closed(await gateway.dial());
  await expect.poll(counters(gateway), waiting).toMatchObject({ connections: 0, accepted: 0, refused: 1 });
});

test("a client above the limit is refused before anything is read from it", async () => {
  const gateway = await startGateway({ hasRoom: () => gateway.listener.connectionCount < 1 });
  const client = await echoing(gateway);
  await closed(await gateway.dial());
  await roundTrip(client);
  await expect.poll(counters(gateway), waiting).toMatchObject({ connections: 1, accepted: 1, refused: 1 });
});

const placeholder = newPlaceholder(14);
const announced = { placeholder, address: "127.67.101.102", serverPort: 10_000, port: 10_000 };
const ways = [
  { protocol: "TLS", rewriting: "without a rewriter", options: {} },
  { protocol: "plain text", rewriting: "without a rewriter", options: {} },
  { protocol: "TLS", rewriting: "with a rewriter", options: { rewriter: () => new AnnouncedAddress(announced) } },
] as const;

/** More than all buffers of the system between two processes, and what is sent, which is more than that. */
const [mostBuffered, sentBytes] = [32 * mib, 96 * mib];

/** Resolves when a count has not grown during many round trips on another connection of the same gateway. */
async function standsStill(count: () => number, other: Socket): Promise<void> {
  for (let [still, last] = [0, -1]; still < 50; still = count() === last ? still + 1 : 0) {
    last = count();
    await roundTrip(other);
  }
}

test.for(ways)(
  "over $protocol $rewriting, a client that does not read makes its database wait, and gets everything in the end",
  async ({ protocol, options }) => {
    const gateway = await startGateway({ protocol, ...options });
    const other = await echoing(gateway);
    const [client, server] = await through(gateway);
    client.pause();
    const sending = send(server, sentBytes);
    await standsStill(sending.taken, other);
    expect(sending.taken()).toBeLessThan(mostBuffered);
    expect(await digestOf(client)).toBe(sending.digest);
    expect(sending.taken()).toBe(sentBytes);
  },
);

test.for(ways)(
  "over $protocol $rewriting, a database that does not read makes its client wait, and gets everything in the end",
  async ({ protocol, options }) => {
    const gateway = await startGateway({ protocol, ...options });
    const other = await echoing(gateway);
    const [client, server] = await through(gateway);
    const sending = send(client, sentBytes);
    await standsStill(sending.taken, other);
    expect(sending.taken()).toBeLessThan(mostBuffered);
    expect(gateway.listener.counters.bytesIn).toBeLessThan(mostBuffered);
    expect(await digestOf(server)).toBe(sending.digest);
  },
);

test("closing the path ends a handshake in progress", async () => {
  const gateway = await startGateway({ protocol: "TLS" });
  const client = await gateway.dialBare();
  client.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])); // A handshake record begins (RFC 8446 §5.1).
  await expect.poll(counters(gateway), waiting).toMatchObject({ bytesIn: 6 });
  await gateway.listener.close();
  await closed(client);
  await expect.poll(counters(gateway), waiting).toMatchObject({ connections: 0, accepted: 0, refused: 1 });
});

test.for(protocols)(
  "over %s closing the path while it connects to the database destroys the new connection",
  async (protocol) => {
    const [asked, allowed] = [Promise.withResolvers<() => AbortSignal>(), Promise.withResolvers<void>()];
    const gateway = await startGateway({
      protocol,
      connect: async (until, toDatabase) => {
        asked.resolve(until);
        await allowed.promise;
        return await toDatabase();
      },
    });
    const client = await gateway.dial();
    const until = await asked.promise;
    await gateway.listener.close();
    await closed(client);
    expect(until().aborted).toBe(true);
    allowed.resolve();
    await once((await gateway.nextAtDatabase()).resume(), "end");
    await expect.poll(counters(gateway), waiting).toMatchObject({ connections: 0, accepted: 0 });
  },
);

test.for(protocols)(
  "over %s closing the path during a transfer disconnects both sides and frees the address",
  async (protocol) => {
    const gateway = await startGateway({ protocol });
    const [client, server] = await through(gateway);
    const sending = send(server, sentBytes);
    await received(client);
    await gateway.listener.close();
    await Promise.all([closed(client), closed(server)]);
    expect(sending.taken()).toBeLessThan(sentBytes);
    await expect.poll(counters(gateway), waiting).toMatchObject({ connections: 0 });
    await expect(gateway.dialBare()).rejects.toThrow("ECONNREFUSED");
  },
);

test("bytes are counted as on the wire, while a client is connected and afterwards", async () => {
  const gateway = await startGateway();
  const client = await echoing(gateway);
  await roundTrip(client);
  const counted = { accepted: 1, refused: 0, bytesIn: 4, bytesOut: 4 };
  expect(gateway.listener.counters).toEqual({ connections: 1, ...counted });
  client.end();
  await closed(client);
  await expect.poll(counters(gateway), waiting).toEqual({ connections: 0, ...counted });
});

test("listening at an address that is taken fails", async () => {
  const { port } = await startGateway();
  await expect(startGateway({ port })).rejects.toThrow("EADDRINUSE");
});
