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
