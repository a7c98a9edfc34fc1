import { createHash, randomBytes } from "node:crypto";
import { on, once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { connect as connectTls, createSecureContext, type SecureContext } from "node:tls";
import { onTestFinished } from "vitest";
import type { AnnouncedAddress } from "../../src/data-plane/gateway/cluster-replies.ts";
import { DatabaseConnection } from "../../src/data-plane/gateway/database-connection.ts";
import { PathListener } from "../../src/data-plane/gateway/path-listener.ts";
import { gatewayLimits, type GatewayLimits } from "../../src/data-plane/limits.ts";
import { issueLeaf, makeAuthority, formatKeyPair, parseKeyPair } from "../../src/tls/certificates.ts";
import { tempDir } from "./temp-dir.ts";

export type Protocol = "TLS" | "plain text";

/** A path listener in front of a database that the test plays, on real sockets. */
export interface Gateway {
  readonly listener: PathListener;
  readonly port: number;
  /** The database's end of the next connection. */
  readonly nextAtDatabase: () => Promise<Socket>;
  /** A client that is connected to the listener, over TLS after the handshake. */
  readonly dial: (options?: { allowHalfOpen?: boolean }) => Promise<Socket>;
  /** A client in plain text, whatever the listener expects. */
  readonly dialBare: () => Promise<Socket>;
}

/** What a test may choose of a gateway. */
interface GatewayOptions {
  readonly port?: number;
  readonly protocol?: Protocol;
  readonly connect?: (
    until: () => AbortSignal,
    toDatabase: () => Promise<DatabaseConnection>,
  ) => Promise<DatabaseConnection>;
  readonly rewriter?: () => AnnouncedAddress;
  readonly hasRoom?: () => boolean;
  readonly idleMs?: number;
  readonly limits?: Partial<GatewayLimits>;
}

/** Starts a listener on a free port for one test, by default in plain text. */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const { protocol = "plain text", rewriter, hasRoom = () => true, idleMs = 0, port: wanted = 0 } = options;
  const { connect: connectAs = async (_until, toDatabase) => await toDatabase() } = options;
  const [database, context] = await Promise.all([startDatabase(), someSecureContext()]);
  const listener = new PathListener({
    address: "127.0.0.1",
    port: wanted,
    secureContext: () => (protocol === "TLS" ? context : undefined),
    connect: (until) => connectAs(until, database.dial),
    rewriter: () => rewriter?.(),
    hasRoom,
    idleMs: () => idleMs,
    limits: { ...gatewayLimits, ...options.limits },
  });
  const port = await listener.listen();
  onTestFinished(() => listener.close());
  const dialBare = (more: object = {}): Promise<Socket> => connected(connect({ ...local, port, ...more }));
  // The certificate is not tested here.
  const dialTls = (more: object = {}): Promise<Socket> =>
    connected(connectTls({ ...local, port, ...more, rejectUnauthorized: false }), "secureConnect");
  const dial = protocol === "TLS" ? dialTls : dialBare;
  return { listener, port, nextAtDatabase: database.next, dial, dialBare };
}

const local = { host: "127.0.0.1" } as const;

/** A unix socket, as Redis has one. */
async function startDatabase(): Promise<{ next: () => Promise<Socket>; dial: () => Promise<DatabaseConnection> }> {
  const path = join(await tempDir(), "redis.sock");
  const server = createServer({ allowHalfOpen: true });
  const arrivals = on(server, "connection") as AsyncIterator<[Socket]>;
  const arrived = new Set<Socket>();
  server.on("connection", (socket) => arrived.add(socket.on("error", () => undefined)));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of arrived) socket.destroy();
  });
  const next = async (): Promise<Socket> => (await arrivals.next()).value[0];
  const dial = async (): Promise<DatabaseConnection> => {
    const connection = await DatabaseConnection.dial(path);
    if (connection === undefined) throw new Error("The database that a test plays does not listen.");
    onTestFinished(() => void connection.socket.destroy());
    return connection;
  };
  return { next, dial };
}

/** Resolves with the socket once it is connected. Later errors only show in its end. */
async function connected(socket: Socket, event = "connect"): Promise<Socket> {
  onTestFinished(() => void socket.destroy());
  await once(socket, event);
  return socket.on("error", () => undefined);
}

/** A certificate of a new authority. */
async function someSecureContext(): Promise<SecureContext> {
  const nowMs = Date.now();
  const authority = parseKeyPair("authority", formatKeyPair(await makeAuthority({ nowMs })));
  const { certPem: cert, keyPem: key } = await issueLeaf({ authority, names: ["localhost"], nowMs });
  return createSecureContext({ cert, key });
}

/** Resolves when a socket is closed by either side. Discards what it receives. */
export async function closed(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
}

/** The next bytes that a socket receives. */
export async function received(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, "data")) as [Buffer];
  return chunk.toString();
}

/** Sends bytes to a peer that echoes them, and waits for them. */
export async function roundTrip(socket: Socket): Promise<void> {
  socket.write("ping");
  await received(socket);
}

/** Sends so many bytes as fast as they are accepted, and then ends. */
export interface Sending {
  /** Bytes that the system has accepted so far. */
  readonly taken: () => number;
  readonly digest: string;
}

export function send(socket: Socket, byteCount: number): Sending {
  const chunk = randomBytes(2 ** 16);
  const hash = createHash("sha256");
  for (let hashed = 0; hashed < byteCount; hashed += chunk.length) hash.update(chunk);
  let taken = 0;
  const next = (): void => {
    if (taken >= byteCount) return void socket.end();
    socket.write(chunk, (cause) => {
      if (cause) return;
      taken += chunk.length;
      next();
    });
    return undefined;
  };
  next();
  return { taken: () => taken, digest: hash.digest("hex") };
}

/** The digest of everything that a socket receives until its end. */
export async function digestOf(socket: Socket): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of socket as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest("hex");
}
