import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { SecureContext } from "node:tls";
import type { Closable } from "../../kernel/shutdown.ts";
import { gatewayLimits } from "../limits.ts";
import type { GatewayLimits } from "../limits.ts";
import type { DatabaseConnection } from "./database-connection.ts";
import { joinSockets } from "./join-sockets.ts";
import type { ReplyRewriter } from "./join-sockets.ts";
import type { LoginWatch } from "./login-watch.ts";

interface ListenerOptions {
  readonly address: string;
  readonly port: number;
  /** What the next connection is secured with; undefined for plain text. */
  readonly secureContext: () => SecureContext | undefined;
  /** A connection to the database. @throws when there is none before the signal, which is made only to wait. */
  readonly connect: (until: () => AbortSignal) => Promise<DatabaseConnection>;
  /** What stands between the server's replies and a client; undefined for nothing. */
  readonly rewriter: () => ReplyRewriter | undefined;
  /** What watches how long a client's login holds, and calls when it ends; undefined for nothing. */
  readonly watchLogins?: (onExpired: () => void) => LoginWatch;
  /** Whether the database takes one more connection. */
  readonly hasRoom: () => boolean;
  /** 0 for ever. */
  readonly idleMs: number;
  /** `gatewayLimits` unless given. */
  readonly limits?: GatewayLimits;
}

/** An open path: it listens, and hands each client to the database. Closing it cuts everybody who came this way. */
export class PathListener implements Closable {
  readonly #options: ListenerOptions;
  readonly #limits: GatewayLimits;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #closing = new AbortController();
  #accepted = 0;
  #refused = 0;
  #bytesIn = 0;
  #bytesOut = 0;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#limits = options.limits ?? gatewayLimits;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Answers the port. @throws when the address cannot be had. */
  listen(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const { address: host, port } = this.#options;
    this.#server.once("error", reject);
    this.#server.listen({ host, port }, () => {
      this.#server.off("error", reject);
      // A connection that cannot be accepted, for want of descriptors, is one that the client loses.
      this.#server.on("error", () => (this.#refused += 1));
      const at = this.#server.address();
      resolve(typeof at === "object" && at !== null ? at.port : port);
    });
    return promise;
  }

  get connectionCount(): number {
    return this.#sockets.size;
  }

  get counters(): PathCounters {
    const sum = (of: (socket: Socket) => number): number =>
      [...this.#sockets].reduce((total, socket) => total + of(socket), 0);
    return {
      connections: this.#sockets.size,
      accepted: this.#accepted,
      refused: this.#refused,
      bytesIn: this.#bytesIn + sum(({ bytesRead }) => bytesRead),
      bytesOut: this.#bytesOut + sum(({ bytesWritten }) => bytesWritten),
    };
  }

  /** Stops listening and cuts every connection, at once; answers when the address is free. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#closing.abort(new Error("The path is closed."));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    if (this.#closing.signal.aborted || !this.#options.hasRoom()) {
      this.#refused += 1;
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#bytesIn += socket.bytesRead;
      this.#bytesOut += socket.bytesWritten;
    });
    socket.setKeepAlive(true, this.#limits.keepAliveMs);
    const secureContext = this.#options.secureContext();
    if (secureContext === undefined) void this.#handOver(socket);
    else this.#secure(socket, secureContext);
  }

  #secure(socket: Socket, secureContext: SecureContext): void {
    const secured = new TLSSocket(socket, { isServer: true, secureContext });
    const late = setTimeout(() => socket.destroy(), this.#limits.handshakeMs);
    late.unref();
    let isSecure = false;
    secured.on("error", () => socket.destroy());
    secured.once("secure", () => {
      isSecure = true;
      clearTimeout(late);
      void this.#handOver(secured);
    });
    secured.once("close", () => {
      clearTimeout(late);
      if (!isSecure) this.#refused += 1;
      socket.destroy();
    });
  }

  async #handOver(client: Socket): Promise<void> {
    const { connect, idleMs } = this.#options;
    const until = (): AbortSignal =>
      AbortSignal.any([this.#closing.signal, AbortSignal.timeout(this.#limits.backendWaitMs)]);
    try {
      const database = await connect(until);
      if (client.destroyed) return void database.socket.destroy();
      this.#accepted += 1;
      client.setTimeout(idleMs, () => client.destroy());
      const watch = this.#options.watchLogins?.(() => client.destroy());
      if (watch !== undefined) {
        client.on("data", (chunk: Buffer) => watch.hear(chunk));
        client.once("close", () => watch.close());
      }
      joinSockets({ client, database, rewriter: this.#options.rewriter(), halfOpenMs: this.#limits.halfOpenMs });
    } catch {
      this.#refused += 1;
      client.destroy();
    }
    return undefined;
  }
}

/** What went through one path since it was opened. */
export interface PathCounters {
  /** Connections now. */
  readonly connections: number;
  readonly accepted: number;
  /** Connections that were turned away: too many, no handshake, or no server. */
  readonly refused: number;
  /** Bytes from clients and to them, as they are on the wire. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The counters of a path that is closed. */
export const noTraffic: PathCounters = { connections: 0, accepted: 0, refused: 0, bytesIn: 0, bytesOut: 0 };
