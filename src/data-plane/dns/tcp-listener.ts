import { once } from "node:events";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import type { Closable } from "../../kernel/shutdown.ts";
import { dnsLimits } from "../limits.ts";
import type { Transport } from "./dns-answer.ts";

/** Answers a message, or leaves it without an answer; must not throw. */
export type AnswerMessage = (message: Buffer, transport: Transport) => Promise<Buffer | undefined>;

/** Answers over TCP: queries of a connection in their order, for as long as they keep coming (RFC 7766). */
export class TcpListener implements Closable {
  readonly #answer: AnswerMessage;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(answer: AnswerMessage) {
    this.#answer = answer;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void this.#serve(socket));
    this.#server.maxConnections = dnsLimits.tcpConnections;
  }

  /** Answers the port. @throws when it cannot be had. */
  listen({ address: host, port }: { address: string; port: number }): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#server.once("error", reject);
    this.#server.listen({ host, port, exclusive: true }, () => {
      this.#server.off("error", reject);
      this.#server.on("error", () => undefined); // A connection that cannot be accepted is the client's loss.
      const at = this.#server.address();
      resolve(typeof at === "object" && at !== null ? at.port : port);
    });
    return promise;
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
    // Not the socket's own time-out: that would begin again with every byte of a query that never ends.
    const idle = setTimeout(() => socket.destroy(), dnsLimits.tcpIdleMs).unref();
    try {
      await this.#answerAll(socket, { gone: gone.signal, onQuery: () => idle.refresh() });
      socket.destroySoon();
    } catch {
      socket.destroy(); // The client has gone, or is cut.
    } finally {
      clearTimeout(idle);
    }
  }

  async #answerAll(socket: Socket, { gone, onQuery }: { gone: AbortSignal; onQuery: () => void }): Promise<void> {
    let received: Buffer = Buffer.alloc(0);
    // What a client asked before it ended its side is still answered.
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

/** The length that the first message announces; undefined while that has not come. */
export const announcedBytes = (bytes: Buffer): number | undefined =>
  bytes.length < lengthBytes ? undefined : bytes.readUInt16BE(0);

/** The first message and what follows it; undefined while it is not whole. */
export function takeFrame(bytes: Buffer): { message: Buffer; rest: Buffer } | undefined {
  const length = announcedBytes(bytes);
  if (length === undefined || bytes.length < lengthBytes + length) return undefined;
  return { message: bytes.subarray(lengthBytes, lengthBytes + length), rest: bytes.subarray(lengthBytes + length) };
}
