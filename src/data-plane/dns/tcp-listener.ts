import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { Closable } from "../../kernel/shutdown.ts";
import { listenAt } from "../addresses.ts";
import { dnsLimits } from "../limits.ts";
import type { Transport } from "./dns-answer.ts";

/** Resolves with the answer to a message, or undefined when it gets none. Never rejects. */
export type AnswerMessage = (message: Buffer, transport: Transport) => Promise<Buffer | undefined>;

/** Answers over TCP: the queries of a connection in their order, as long as they keep coming (RFC 7766). */
export class TcpListener implements Closable {
  readonly #answer: AnswerMessage;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(answer: AnswerMessage) {
    this.#answer = answer;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void this.#serve(socket));
    this.#server.maxConnections = dnsLimits.tcpConnections;
  }

  /** Resolves with the port. @throws when it is not available */
  async listen({ address: host, port }: { address: string; port: number }): Promise<number> {
    const chosen = await listenAt(this.#server, { host, port, exclusive: true });
    this.#server.on("error", () => undefined); // A connection cannot be accepted: the client loses it.
    return chosen;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #serve(socket: Socket): Promise<void> {
    const gone = new AbortController();
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      this.#sockets.delete(socket);
      gone.abort();
    });
    // Not the socket's own timeout, which restarts with every byte, even of a query that never ends.
    const idle = setTimeout(() => socket.destroy(), dnsLimits.tcpIdleMs).unref();
    try {
      await this.#answerAll(socket, { gone: gone.signal, onQuery: () => idle.refresh() });
      socket.destroySoon();
    } catch {
      socket.destroy(); // The client has gone, or was disconnected.
    } finally {
      clearTimeout(idle);
    }
  }

  async #answerAll(socket: Socket, { gone, onQuery }: { gone: AbortSignal; onQuery: () => void }): Promise<void> {
    let received: Buffer = Buffer.alloc(0);
    // Queries that arrived before the client ended its side are still answered.
    for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, chunk]);
      for (let frame = takeFrame(received); frame !== undefined; frame = takeFrame(received)) {
        received = frame.rest;
        onQuery();
        const answer = await this.#answer(frame.message, "tcp");
        if (answer !== undefined && !socket.write(framed(answer))) await once(socket, "drain", { signal: gone });
      }
      if ((announcedBytes(received) ?? 0) > dnsLimits.queryBytes) return;
    }
  }
}

const lengthBytes = 2;

/** A message with its length before it (RFC 1035 §4.2.2). */
export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** The length that the first message announces; undefined when it has not arrived. */
const announcedBytes = (bytes: Buffer): number | undefined =>
  bytes.length < lengthBytes ? undefined : bytes.readUInt16BE(0);

/** The first message and what follows it; undefined when it has not arrived completely. */
export function takeFrame(bytes: Buffer): { message: Buffer; rest: Buffer } | undefined {
  const length = announcedBytes(bytes);
  if (length === undefined || bytes.length < lengthBytes + length) return undefined;
  return { message: bytes.subarray(lengthBytes, lengthBytes + length), rest: bytes.subarray(lengthBytes + length) };
}
