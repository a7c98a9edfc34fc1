import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, isIP } from "node:net";
import { dnsLimits } from "../limits.ts";
import type { Transport } from "./dns-answer.ts";
import { framed, takeFrame } from "./tcp-listener.ts";

/** Asks other resolvers, one after the other. Resolves with undefined when none answers. */
export type Forward = (query: Buffer, transport: Transport) => Promise<Buffer | undefined>;

/** Forwards to servers as `dns.getServers` lists them: `9.9.9.9`, `[2620:fe::fe]:5353`. */
export const forwardTo =
  (servers: () => readonly string[]): Forward =>
  async (query, transport) => {
    for (const server of servers()) {
      const answer = await ask({ ...serverPlace(server), query, transport });
      if (answer !== undefined) return answer;
    }
    return undefined;
  };

interface Asked {
  readonly address: string;
  readonly port: number;
  readonly query: Buffer;
  readonly transport: Transport;
}

function serverPlace(server: string): { address: string; port: number } {
  if (isIP(server) !== 0) return { address: server, port: 53 };
  const { hostname, port } = new URL(`dns://${server}`);
  return { address: hostname.replaceAll(/[[\]]/g, ""), port: Number(port || 53) };
}

/** The client's id is replaced by a random one, which nobody can guess. */
async function ask({ query, ...server }: Asked): Promise<Buffer | undefined> {
  const ownId = randomInt(0x1_0000);
  const signal = AbortSignal.timeout(dnsLimits.forwardMs);
  const asked = { ...server, query: withId(query, ownId), signal };
  try {
    const answer = await (server.transport === "udp" ? askByUdp(asked) : askByTcp(asked));
    return answer !== undefined && isAnswerTo(asked.query, answer) ? withId(answer, query.readUInt16BE(0)) : undefined;
  } catch {
    return undefined; // It is late, or refuses; another server may answer.
  }
}

type AskedUntil = Asked & { readonly signal: AbortSignal };

async function askByUdp({ address, port, query, signal }: AskedUntil): Promise<Buffer | undefined> {
  const socket = createSocket(isIP(address) === 6 ? "udp6" : "udp4");
  try {
    // The socket only receives what comes from the address that it is connected to.
    socket.connect(port, address);
    await once(socket, "connect", { signal });
    const answered = once(socket, "message", { signal });
    socket.send(query);
    const [answer] = (await answered) as [Buffer];
    return answer;
  } finally {
    socket.close();
  }
}

async function askByTcp({ address, port, query, signal }: AskedUntil): Promise<Buffer | undefined> {
  const socket = connect({ host: address, port, signal });
  try {
    socket.write(framed(query));
    let received: Buffer = Buffer.alloc(0);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]);
      const frame = takeFrame(received);
      if (frame !== undefined) return frame.message;
    }
    return undefined;
  } finally {
    socket.destroy();
  }
}

const isAnswerTo = (query: Buffer, answer: Buffer): boolean =>
  answer.length >= 12 && answer.readUInt16BE(0) === query.readUInt16BE(0) && (answer.readUInt16BE(2) & 0x8000) !== 0;

function withId(message: Buffer, id: number): Buffer {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(id, 0);
  return copy;
}
