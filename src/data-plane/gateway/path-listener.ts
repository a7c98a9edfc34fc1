import { createServer, type Server, type Socket } from "node:net";
import { TLSSocket, type SecureContext } from "node:tls";
import type { Closable } from "../../kernel/shutdown.ts";
import { listenAt } from "../addresses.ts";
import { gatewayLimits, type GatewayLimits } from "../limits.ts";
import type { DatabaseConnection } from "./database-connection.ts";
import { joinSockets, type ReplyRewriter } from "./join-sockets.ts";
import type { LoginWatch } from "./login-watch.ts";

interface ListenerOptions {
  readonly address: string;
  readonly port: number;
  /** For the next connection; undefined for plain text. */
  readonly secureContext: () => SecureContext | undefined;
  /** A connection to the database. It calls `until` when it has to wait. @throws when there is none before that signal */
  readonly connect: (until: () => AbortSignal) => Promise<DatabaseConnection>;
  /** What rewrites the replies to the next client; undefined for nothing. */
  readonly rewriter: () => ReplyRewriter | undefined;
  /** Watches the logins of the next client, and calls `onExpired` when the last one has expired. */
  readonly watchLogins?: (onExpired: () => void) => LoginWatch;
  /** Whether the database accepts one more connection. */
  readonly hasRoom: () => boolean;
  /** How long a client may be silent; 0 for no limit. */
  readonly idleMs: () => number;
  /** `gatewayLimits` unless given. */
  readonly limits?: GatewayLimits;
}

/** An open path: listens, and connects each client to the database. Closing it disconnects its clients. */
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

  /** Resolves with the port. @throws when the address is not available */
  async listen(): Promise<number> {
    const { address: host, port } = this.#options;
    const chosen = await listenAt(this.#server, { host, port });
    // A connection cannot be accepted, for example because no descriptors are left: the client loses it.
    this.#server.on("error", () => (this.#refused += 1));
    return chosen;
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

  /** Stops listening and destroys every connection at once. Resolves when the address is free. */
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
    if (secureContext === undefined) void this.#connect(socket);
    else this.#secure(socket, secureContext);
  }

  #secure(socket: Socket, secureContext: SecureContext): void {
    const secured = new TLSSocket(socket, { isServer: true, secureContext });
    const handshakeTimer = setTimeout(() => socket.destroy(), this.#limits.handshakeMs);
    handshakeTimer.unref();
    let isSecure = false;
    secured.on("error", () => socket.destroy());
    secured.once("secure", () => {
      isSecure = true;
      clearTimeout(handshakeTimer);
      void this.#connect(secured);
    });
    secured.once("close", () => {
      clearTimeout(handshakeTimer);
      if (!isSecure) this.#refused += 1;
      socket.destroy();
    });
  }

  async #connect(client: Socket): Promise<void> {
    const { connect, idleMs } = this.#options;
    const until = (): AbortSignal =>
      AbortSignal.any([this.#closing.signal, AbortSignal.timeout(this.#limits.backendWaitMs)]);
    try {
      const database = await connect(until);
      if (client.destroyed) return void database.socket.destroy();
      this.#accepted += 1;
      client.setTimeout(idleMs(), () => client.destroy());
      const watch = this.#options.watchLogins?.(() => client.destroy());
      if (watch !== undefined) {
        client.on("data", (chunk: Buffer) => watch.observe(chunk));
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

/** The traffic of one path since it was opened. */
export interface PathCounters {
  /** Connections now. */
  readonly connections: number;
  readonly accepted: number;
  /** Connections that were refused: too many, no handshake, or no server. */
  readonly refused: number;
  /** Bytes from clients and to them, on the wire. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The counters of a path that is closed. */
export const noTraffic: PathCounters = { connections: 0, accepted: 0, refused: 0, bytesIn: 0, bytesOut: 0 };
