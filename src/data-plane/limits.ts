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
