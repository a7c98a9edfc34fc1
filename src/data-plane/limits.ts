/** What the data plane holds itself to, whatever a cluster's SKU. */
export interface DataPlaneLimits {
  /** The most memory that one database may use. */
  readonly maxMemoryBytes: number;
  /** Client connections to one database at once. */
  readonly maxConnections: number;
}

/** Limits that nobody has to choose. */
export const gatewayLimits = {
  handshakeMs: 10_000,
  /** How long a client waits for a Redis server that is starting. */
  backendWaitMs: 10_000,
  /** How long one side may stay open after the other has ended. */
  halfOpenMs: 10_000,
  /** After so much silence the system asks whether the peer is still there. */
  keepAliveMs: 30_000,
} as const;

/** The kinds of them, to be given other values. */
export type GatewayLimits = Readonly<Record<keyof typeof gatewayLimits, number>>;

/** How imports and exports are watched. */
export const transferLimits = {
  /** A transfer of which no byte has moved for so long, nor an answer come, has failed. */
  silenceMs: 30_000,
} as const;

/** The kinds of them, to be given other values. */
export type TransferLimits = Readonly<Record<keyof typeof transferLimits, number>>;

/** How Redis servers are watched. */
export const redisLimits = {
  /** How long a server may take to end by itself when it is stopped. */
  stopMs: 3_000,
  /** How long a server may take until it listens; what it then still has to load is waited for. */
  listenMs: 10_000,
  /** So many starts that fail in a row are enough to say that a database has no Redis. */
  startTries: 5,
  /** The longest that an operation waits for a database's Redis. */
  longestStartMs: 60_000,
  /** How long a client that found nobody waits before it is tried again. */
  reconnectMs: 20,
  firstRestartMs: 50,
  longestRestartMs: 10_000,
  /** How long after a change that a server did not take it is tried again. */
  changeAgainMs: 1_000,
  /** A server that ran for so long begins again with the shortest wait. */
  soundAfterMs: 10_000,
  /** Tokens of one user that are valid at once; the oldest give way. */
  maxTokensPerUser: 500,
  /** Connections beyond those of clients: ours. */
  reservedConnections: 8,
} as const;

/** Descriptors that one client takes of us: its own connection, and the one to the database. */
const perClient = 2;

/** What we keep back for everything else: listeners, the store, other servers' pipes. */
const reserved = 512;

/** How many descriptors a process may have, by the hard limit, which Node raises its own to (getrlimit(2)). */
export function descriptorLimit(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { hard?: number | string } } };
  const hard = report.userLimits?.open_files?.hard;
  return typeof hard === "number" ? hard : Number.POSITIVE_INFINITY;
}

/** How many clients at once that many descriptors are good for. */
export const clientsWithin = (descriptors: number): number =>
  Math.max(perClient, Math.floor((descriptors - reserved) / perClient));

/** What the responder holds itself to. */
export const dnsLimits = {
  /** What fits without EDNS (RFC 1035 §4.2.1). */
  plainUdpBytes: 512,
  /** The largest answer over UDP, which no link cuts in two (DNS flag day 2020). */
  udpBytes: 1_232,
  tcpBytes: 65_535,
  /** A query is a name and a few options. */
  queryBytes: 4_096,
  /** Of a name on the wire, and of one of its labels (RFC 1035 §2.3.4). */
  nameBytes: 255,
  labelBytes: 63,
  /** Aliases that are followed one after another. */
  aliases: 8,
  /** Queries over UDP that are worked on at once; more are dropped, and asked again. */
  udpQueries: 1_000,
  tcpConnections: 256,
  /** How long a TCP client may take for its next query (RFC 7766 §6.2.3). */
  tcpIdleMs: 10_000,
  /** How long one of the system's resolvers may take. */
  forwardMs: 2_000,
  /** Resolvers that could not be served are tried again after so long, if nothing changes before. */
  retryMs: 2_000,
  /** Virtual networks that have a resolver: each takes two sockets. */
  views: 500,
} as const;

/** Seconds that an answer from public DNS may be kept: as short as that of a private endpoint's record (recorded). */
export const publicTtl = 10;
