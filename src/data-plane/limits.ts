import { readFileSync } from "node:fs";

/** The most that the data plane gives one database, whatever its cluster's SKU. */
export interface DataPlaneLimits {
  readonly maxMemoryBytes: number;
  /** Client connections to one database at once. */
  readonly maxConnections: number;
}

export const gatewayLimits = {
  handshakeMs: 10_000,
  /** How long a client waits for a Redis server that is starting. */
  backendWaitMs: 10_000,
  /** How long one side may stay open after the other has ended. */
  halfOpenMs: 10_000,
  /** After so much silence the system probes whether the peer is still there. */
  keepAliveMs: 30_000,
} as const;

export type GatewayLimits = Readonly<Record<keyof typeof gatewayLimits, number>>;

export const transferLimits = {
  /** An import or export fails when no byte has moved, and no response has come, for so long. */
  silenceMs: 30_000,
} as const;

export type TransferLimits = Readonly<Record<keyof typeof transferLimits, number>>;

export const redisLimits = {
  /** How long a server may take to end by itself when it is stopped. */
  stopMs: 3_000,
  /** How long a server may take until it listens. Loading its data after that is not limited. */
  listenMs: 10_000,
  /** After so many failed starts in a row, a database is reported to have no Redis. */
  startTries: 5,
  /** The longest that an operation waits for a database's Redis. */
  longestStartMs: 60_000,
  /** How long to wait before a refused connection to a server is tried again. */
  reconnectMs: 20,
  /** How long to wait before our own connection is tried again; longer by that each time, up to the longest. */
  firstRedialMs: 5,
  longestRedialMs: 100,
  /** How often a server that loads its data is asked whether it has. */
  loadingPollMs: 20,
  firstRestartMs: 50,
  longestRestartMs: 10_000,
  /** How long to wait before a change that a server refused is tried again. */
  changeAgainMs: 1_000,
  /** After a run of so long, restarts begin again with the shortest wait. */
  soundAfterMs: 10_000,
  /** Tokens of one user that are valid at once; the oldest are dropped. */
  maxTokensPerUser: 500,
  /** Connections in addition to those of clients, for ourselves. */
  reservedConnections: 8,
} as const;

export const dnsLimits = {
  /** What fits without EDNS (RFC 1035 §4.2.1). */
  plainUdpBytes: 512,
  /** The largest answer over UDP, which no link fragments (DNS flag day 2020). */
  udpBytes: 1_232,
  tcpBytes: 65_535,
  /** A query is a name and a few options. */
  queryBytes: 4_096,
  /** Of a name on the wire, and of one of its labels (RFC 1035 §2.3.4). */
  nameBytes: 255,
  labelBytes: 63,
  /** Aliases that are followed one after another. */
  aliases: 8,
  /** Queries over UDP in progress at once; more are dropped, and the client asks again. */
  udpQueries: 1_000,
  tcpConnections: 256,
  /** How long a TCP client may take for its next query (RFC 7766 §6.2.3). */
  tcpIdleMs: 10_000,
  /** How long one of the system's resolvers may take. */
  forwardMs: 2_000,
  /** How long to wait before resolvers that could not be updated are tried again, if nothing changes before. */
  retryMs: 2_000,
  /** Virtual networks that have a resolver: each takes two sockets. */
  views: 500,
} as const;

/** File descriptors for one client: its own connection, and the one to the database. */
const descriptorsPerClient = 2;

/** Descriptors that are kept for everything else: listeners, the store, pipes to servers. */
const reservedDescriptors = 512;

/** How many descriptors a process may have, by the hard limit, to which Node raises its own (getrlimit(2)). */
export function descriptorLimit(): number {
  // proc(5): "Max open files", the soft and the hard limit, the unit. Node's report takes 5 ms, and formats a stack.
  const hard = process.platform === "linux" ? hardLimitOfLinux() : hardLimitOfReport();
  return Number.isFinite(hard) ? hard : Number.POSITIVE_INFINITY;
}

function hardLimitOfLinux(): number {
  return Number(/^Max open files +\S+ +(\S+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1]);
}

function hardLimitOfReport(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { hard?: number | string } } };
  return Number(report.userLimits?.open_files?.hard);
}

/** How many clients at once so many descriptors are enough for. */
export const clientsWithin = (descriptors: number): number =>
  Math.max(descriptorsPerClient, Math.floor((descriptors - reservedDescriptors) / descriptorsPerClient));
