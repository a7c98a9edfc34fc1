/** A kind of refusal: the number after AADSTS, the OAuth code, and a sentence around what it names. */
export interface Refusal {
  readonly code: number;
  readonly error: string;
  readonly text: (value: string) => string;
}

const refusal = (code: number, error: string, text: (value: string) => string): Refusal => ({ code, error, text });

const requests = {
  missingParameter: refusal(
    900144,
    "invalid_request",
    (name) => `The request body must contain the following parameter: '${name}'.`,
  ),
  repeatedParameter: refusal(
    9000411,
    "invalid_request",
    (name) => `The request is not properly formatted. The parameter '${name}' is duplicated.`,
  ),
  badParameter: refusal(90013, "invalid_request", (what) => `Invalid input received from the user: ${what}.`),
  unknownTenant: refusal(
    90002,
    "invalid_request",
    (tenant) => `Tenant '${tenant}' not found. Use a GUID, 'common', 'organizations', 'consumers' or 'adfs'.`,
  ),
  unknownInstance: refusal(50049, "invalid_instance", (url) => `Unknown or invalid instance: '${url}'.`),
  stopping: refusal(90033, "temporarily_unavailable", () => "The service is stopping. Please try again."),
  foreignHost: refusal(
    900971,
    "invalid_request",
    (host) =>
      `The Host header '${host}' is none of this server's names: add it with --origins for users to sign in there.`,
  ),
  foreignPost: refusal(900941, "invalid_request", () => "The form was sent from a page of another site."),
  expiredPage: refusal(
    165000,
    "invalid_request",
    () => "This page is too old or not ours. Start again from the application.",
  ),
} as const;

const authorization = {
  unregisteredRedirect: refusal(
    50011,
    "invalid_request",
    (uri) =>
      `The redirect URI '${uri}' specified in the request does not match the redirect URIs configured: it is neither ` +
      "a loopback address nor registered, or has a fragment or user information.",
  ),
  unsupportedResponseType: refusal(
    70005,
    "unsupported_response_type",
    (type) => `The value '${type}' for input parameter 'response_type' is not supported.`,
  ),
  unsupportedResponseMode: refusal(
    70007,
    "invalid_request",
    (mode) => `'${mode}' is not a supported value of 'response_mode' when requesting this response type.`,
  ),
  badChallenge: refusal(
    501491,
    "invalid_request",
    () => "The code_challenge must be 43 base64url characters and its code_challenge_method 'S256'.",
  ),
  loginRequired: refusal(50058, "login_required", () => "A silent sign-in request was sent but no user is signed in."),
  declined: refusal(65004, "access_denied", () => "User declined to sign in."),
} as const;

const scopes = {
  badScope: refusal(
    70011,
    "invalid_scope",
    (scope) => `The provided value for the input parameter 'scope' is not valid. The scope '${scope}' is not valid.`,
  ),
  severalResources: refusal(
    28000,
    "invalid_scope",
    (scope) =>
      "Provided value for the input parameter scope is not valid because it contains more than one resource. " +
      `Scope ${scope} is not valid.`,
  ),
  notDefaultScope: refusal(
    1002012,
    "invalid_scope",
    (scope) =>
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with ` +
      "/.default suffixed to the resource identifier (application ID URI).",
  ),
  badResource: refusal(
    500011,
    "invalid_resource",
    (resource) => `The resource principal named '${resource}' was not found in the tenant. Name a URI or a GUID.`,
  ),
} as const;

const clients = {
  missingCredential: refusal(
    7000218,
    "invalid_client",
    () => "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  ),
  badClientAssertion: refusal(50027, "invalid_client", (why) => `JWT token is invalid or malformed: ${why}.`),
  unknownClient: refusal(
    700016,
    "unauthorized_client",
    (clientId) => `Application with identifier '${clientId}' was not found in the directory.`,
  ),
  wrongSecret: refusal(
    7000215,
    "invalid_client",
    (clientId) =>
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not " +
      `the client secret ID, for a secret added to app '${clientId}'.`,
  ),
  unknownAssertionKey: refusal(
    700027,
    "invalid_client",
    () => "Client assertion failed signature validation. [Reason - The key was not found.]",
  ),
  expiredClientAssertion: refusal(
    700024,
    "invalid_client",
    () => "Client assertion is not within its valid time range.",
  ),
} as const;

const grants = {
  unsupportedGrantType: refusal(
    70003,
    "unsupported_grant_type",
    (grant) => `The app requested an unsupported grant type '${grant}'.`,
  ),
  unknownUser: refusal(
    50034,
    "invalid_grant",
    (known) =>
      `The user account does not exist in the directory.${known === "" ? "" : ` The local test users are ${known}.`}`,
  ),
  revokedGrant: refusal(
    50173,
    "invalid_grant",
    () =>
      "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have " +
      "changed or reset their password.",
  ),
  wrongPassword: refusal(
    50126,
    "invalid_grant",
    () => "Error validating credentials due to invalid username or password.",
  ),
  lockedAccount: refusal(
    50053,
    "invalid_grant",
    () => "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  ),
  badGrant: refusal(9002313, "invalid_grant", (what) => `Invalid request. The ${what} is unknown.`),
  expiredGrant: refusal(
    70008,
    "invalid_grant",
    (what) => `The provided authorization code or refresh token has expired: the ${what} is too old.`,
  ),
  redeemedGrant: refusal(
    54005,
    "invalid_grant",
    () => "OAuth2 Authorization code was already redeemed, please retry with a new valid code.",
  ),
  foreignGrant: refusal(
    700005,
    "invalid_grant",
    (what) => `Provided authorization code or token is intended to be used with another ${what}.`,
  ),
  redirectMismatch: refusal(
    500112,
    "invalid_grant",
    (uri) =>
      `The reply address '${uri}' does not match the reply address provided when requesting the authorization code.`,
  ),
  verifierMismatch: refusal(
    501481,
    "invalid_grant",
    () => "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
  ),
} as const;

const devices = {
  authorizationPending: refusal(
    70016,
    "authorization_pending",
    () => "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
  ),
  slowDown: refusal(
    70016,
    "slow_down",
    () =>
      "OAuth 2.0 device flow error. Authorization is pending, and the device polls too often: wait 5 seconds longer.",
  ),
  authorizationDeclined: refusal(70018, "authorization_declined", () => "User declined to sign in on the device."),
  expiredDeviceCode: refusal(
    70020,
    "expired_token",
    () => "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
  ),
  badDeviceCode: refusal(70019, "bad_verification_code", () => "The device code is unknown."),
  unknownUserCode: refusal(
    70019,
    "invalid_request",
    () => "That code is unknown, expired or used. Check the code that your application shows.",
  ),
} as const;

/**
 * What the authority refuses, with Entra's codes and, where they are publicly quoted, its words.
 * OAuth codes: RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6, RFC 8628 §3.5.
 */
export const oauthProblems = { ...requests, ...authorization, ...scopes, ...clients, ...grants, ...devices } as const;
