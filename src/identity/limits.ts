/** How long tokens, codes and grants are valid. Azure: access tokens 60–90 minutes, codes and device codes as here. */
export const lifetimes = {
  accessTokenSeconds: 75 * 60,
  managedIdentityTokenSeconds: 24 * 60 * 60,
  idTokenSeconds: 60 * 60,
  codeSeconds: 10 * 60,
  deviceCodeSeconds: 15 * 60,
  /** From the authorization request to the choice on the page. */
  signInSeconds: 10 * 60,
  refreshTokenSeconds: 90 * 24 * 60 * 60,
  /** How long a refresh token stays valid after it was exchanged: clients that share a cache race each other. */
  usedRefreshTokenSeconds: 5 * 60,
  /** How long expired grants are stored, so that the refusal can say that they expired. */
  expiredGrantSeconds: 24 * 60 * 60,
} as const;

export const identityLimits = {
  maxFormBytes: 64 * 1024,
  maxClientIdLength: 200,
  maxResourceLength: 400,
  maxTokenLength: 16 * 1024,
  maxVerifiedTokens: 1_000,
  /** How far in the future a token's start may be: clocks are sometimes set back. */
  notBeforeSkewMs: 30_000,
  /** The shortest time between two reads of the key folder for an unknown key id, which another process may have added. */
  keyReloadMs: 1_000,
  /** How many principals that nobody added are stored; the oldest without a role assignment is removed first. */
  maxUsedPrincipals: 1_000,
  /** How many codes, device codes and refresh tokens are stored, of each kind; the next to expire is removed first. */
  maxGrantsOfKind: 10_000,
  devicePollSeconds: 5,
  /** How much too early a poll may arrive: timers and networks are not exact. */
  devicePollToleranceMs: 1_000,
  /** Wrong passwords of one account in a row until it is locked, and for how long (Entra's smart lockout, documented). */
  wrongPasswordsUntilLocked: 10,
  passwordLockMs: 60_000,
  minOwnerPasswordLength: 8,
} as const;
