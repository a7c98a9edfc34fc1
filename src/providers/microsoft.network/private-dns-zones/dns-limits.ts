/** Documented limits of private DNS zones. */
export const dnsLimits = {
  zoneLabels: { fewest: 2, most: 34 },
  labelCharacters: 63,
  /** Of a full name, without its last dot (RFC 1035 §2.3.4). */
  nameCharacters: 253,
  recordSetsPerZone: 25_000,
  recordsPerSet: 20,
  ttlSeconds: 2_147_483_647,
  /** Of one string of a TXT record (RFC 1035 §3.3), and of all strings in a set. */
  txtStringCharacters: 255,
  txtSetCharacters: 1_024,
  linksPerZone: 1_000,
  registrationLinksPerZone: 100,
  /** What a list answers that asks for no number. */
  pageItems: 100,
} as const;
