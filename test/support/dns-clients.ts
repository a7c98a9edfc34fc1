import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { framed, takeFrame } from "../../src/data-plane/dns/tcp-listener.ts";

/** Where a resolver listens. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** Node's own client for one resolver. */
export function resolverAt({ address, port }: Place): Resolver {
  const resolver = new Resolver({ timeout: 10_000, tries: 2 });
  resolver.setServers([`${address}:${port}`]);
  return resolver;
}

/** Sends messages over UDP and resolves with the first answer. */
export async function sendByUdp({ address, port }: Place, ...messages: readonly Buffer[]): Promise<Buffer> {
  const socket = createSocket("udp4");
  try {
    const answered = once(socket, "message");
    for (const message of messages) socket.send(message, port, address);
    const [answer] = (await answered) as [Buffer];
    return answer;
  } finally {
    socket.close();
  }
}

/** A connection to a resolver that collects the answers. */
export interface TcpClient {
  readonly socket: Socket;
  /** The next message; undefined when the connection ends before. */
  next(): Promise<Buffer | undefined>;
}

/** Connects over TCP. */
export async function connectByTcp({ address: host, port }: Place): Promise<TcpClient> {
  const socket = connect({ host, port });
  await once(socket, "connect");
  const chunks = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let received: Buffer = Buffer.alloc(0);
  const next = async (): Promise<Buffer | undefined> => {
    const frame = takeFrame(received);
    if (frame !== undefined) {
      received = frame.rest;
      return frame.message;
    }
    const { value, done } = await chunks.next().catch(() => ({ value: undefined, done: true as const }));
    if (done === true) return undefined;
    received = Buffer.concat([received, value]);
    return await next();
  };
  return { socket, next };
}

/** Messages as TCP carries them. */
export const frames = (...messages: readonly Buffer[]): Buffer => Buffer.concat(messages.map(framed));
