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
