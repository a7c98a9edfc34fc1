/** How long what the authority hands out lasts. Azure: access tokens 60–90 minutes, codes and device codes as here. */
export const lifetimes = {
  accessTokenSeconds: 75 * 60,
  managedIdentityTokenSeconds: 24 * 60 * 60,
  idTokenSeconds: 60 * 60,
  codeSeconds: 10 * 60,
  deviceCodeSeconds: 15 * 60,
  /** From the authorization request to the choice on the page. */
  signInSeconds: 10 * 60,
  refreshTokenSeconds: 90 * 24 * 60 * 60,
  /** How much longer a refresh token serves after it was exchanged: clients that share a cache race each other. */
  usedRefreshTokenSeconds: 5 * 60,
  /** How long expired grants are still known, so that a client hears why they fail. */
  expiredGrantSeconds: 24 * 60 * 60,
} as const;

export const identityLimits = {
  maxFormBytes: 64 * 1024,
  maxClientIdLength: 200,
  maxResourceLength: 400,
  maxTokenLength: 16 * 1024,
  maxVerifiedTokens: 1_000,
  /** How far in the future a token's start may lie: clocks are set back now and then. */
  notBeforeSkewMs: 30_000,
  /** How often, at most, an unknown key id makes us look for keys that another process added. */
  keyReloadMs: 1_000,
  /** So many principals are known by being used alone; the one that was noted first goes first, unless it is assigned a role. */
  maxUsedPrincipals: 1_000,
  /** So many codes, device codes and refresh tokens are kept, of each kind; the next to expire goes first. */
  maxGrantsOfKind: 10_000,
  devicePollSeconds: 5,
  /** How much sooner a poll may arrive than it should: timers and networks are not exact. */
  devicePollToleranceMs: 1_000,
  /** Wrong passwords of one account in a row until it is locked, and for how long (Entra's smart lockout, documented). */
  wrongPasswordsUntilLocked: 10,
  passwordLockMs: 60_000,
  minOwnerPasswordLength: 8,
} as const;
