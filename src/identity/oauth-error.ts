/**
 * The authority's refusals by OAuth error code (RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6, RFC 8628 §3.5),
 * with Entra's numbers and, where they are publicly quoted, its sentences. `{}` is the value that a sentence names.
 */
const sentences = {
  invalid_request: {
    missingParameter: "AADSTS900144: The request body must contain the following parameter: '{}'.",
    repeatedParameter: "AADSTS9000411: The request is not properly formatted. The parameter '{}' is duplicated.",
    badParameter: "AADSTS90013: Invalid input received from the user: {}.",
    unknownTenant: "AADSTS90002: Tenant '{}' not found. Use a GUID, 'common', 'organizations', 'consumers' or 'adfs'.",
    foreignHost:
      "AADSTS900971: The Host header '{}' is none of this server's names: add it with --origins for users to sign in there.",
    foreignPost: "AADSTS900941: The form was sent from a page of another site.",
    expiredPage: "AADSTS165000: This page is too old or not ours. Start again from the application.",
    unregisteredRedirect:
      "AADSTS50011: The redirect URI '{}' specified in the request does not match the redirect URIs configured: it is " +
      "neither a loopback address nor registered, or has a fragment or user information.",
    unsupportedResponseMode:
      "AADSTS70007: '{}' is not a supported value of 'response_mode' when requesting this response type.",
    badChallenge:
      "AADSTS501491: The code_challenge must be 43 base64url characters and its code_challenge_method 'S256'.",
    unknownUserCode: "AADSTS70019: That code is unknown, expired or used. Check the code that your application shows.",
  },
  unsupported_response_type: {
    unsupportedResponseType: "AADSTS70005: The value '{}' for input parameter 'response_type' is not supported.",
  },
  login_required: {
    loginRequired: "AADSTS50058: A silent sign-in request was sent but no user is signed in.",
  },
  access_denied: { declined: "AADSTS65004: User declined to sign in." },
  invalid_instance: { unknownInstance: "AADSTS50049: Unknown or invalid instance: '{}'." },
  temporarily_unavailable: { stopping: "AADSTS90033: The service is stopping. Please try again." },
  invalid_scope: {
    badScope:
      "AADSTS70011: The provided value for the input parameter 'scope' is not valid. The scope '{}' is not valid.",
    severalResources:
      "AADSTS28000: Provided value for the input parameter scope is not valid because it contains more than one " +
      "resource. Scope {} is not valid.",
    notDefaultScope:
      "AADSTS1002012: The provided value for scope {} is not valid. Client credential flows must have a scope value " +
      "with /.default suffixed to the resource identifier (application ID URI).",
  },
  invalid_resource: {
    badResource: "AADSTS500011: The resource principal named '{}' was not found in the tenant. Name a URI or a GUID.",
  },
  invalid_client: {
    missingCredential:
      "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
    badClientAssertion: "AADSTS50027: JWT token is invalid or malformed: {}.",
    wrongSecret:
      "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret " +
      "value, not the client secret ID, for a secret added to app '{}'.",
    unknownAssertionKey:
      "AADSTS700027: Client assertion failed signature validation. [Reason - The key was not found.]",
    expiredClientAssertion: "AADSTS700024: Client assertion is not within its valid time range.",
  },
  unauthorized_client: {
    unknownClient: "AADSTS700016: Application with identifier '{}' was not found in the directory.",
  },
  unsupported_grant_type: {
    unsupportedGrantType: "AADSTS70003: The app requested an unsupported grant type '{}'.",
  },
  invalid_grant: {
    unknownUser: "AADSTS50034: The user account does not exist in the directory.{}",
    revokedGrant:
      "AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed. The user " +
      "might have changed or reset their password.",
    wrongPassword: "AADSTS50126: Error validating credentials due to invalid username or password.",
    lockedAccount:
      "AADSTS50053: The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
    badGrant: "AADSTS9002313: Invalid request. The {} is unknown.",
    expiredGrant: "AADSTS70008: The provided authorization code or refresh token has expired: the {} is too old.",
    redeemedGrant: "AADSTS54005: OAuth2 Authorization code was already redeemed, please retry with a new valid code.",
    foreignGrant: "AADSTS700005: Provided authorization code or token is intended to be used with another {}.",
    redirectMismatch:
      "AADSTS500112: The reply address '{}' does not match the reply address provided when requesting the " +
      "authorization code.",
    verifierMismatch:
      "AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request.",
  },
  authorization_pending: {
    authorizationPending: "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
  },
  slow_down: {
    slowDown:
      "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending, and the device polls too often: wait 5 " +
      "seconds longer.",
  },
  authorization_declined: { authorizationDeclined: "AADSTS70018: User declined to sign in on the device." },
  expired_token: {
    expiredDeviceCode:
      "AADSTS70020: The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
  },
  bad_verification_code: { badDeviceCode: "AADSTS70019: The device code is unknown." },
} as const;

type Sentences = typeof sentences;
type OAuthProblem = { [Error in keyof Sentences]: keyof Sentences[Error] }[keyof Sentences];

const problems = Object.fromEntries(
  Object.entries(sentences).flatMap(([error, ofError]) =>
    Object.entries(ofError).map(([problem, sentence]: [string, string]) => [problem, { error, sentence }]),
  ),
) as Readonly<Record<OAuthProblem, { error: string; sentence: string }>>;

/** A refusal of the authority; it is sent as JSON, in a redirect or on a page, depending on the endpoint. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly problem: OAuthProblem;
  /** The number after AADSTS. */
  readonly code: number;
  /** The OAuth error code. */
  readonly error: string;

  /** `value` is what the sentence names: a parameter, a scope, a URI. */
  constructor(problem: OAuthProblem, value = "") {
    const { error, sentence } = problems[problem];
    super(sentence.replace("{}", () => value));
    this.problem = problem;
    this.code = Number.parseInt(sentence.slice("AADSTS".length), 10);
    this.error = error;
  }

  /** RFC 6749 §5.2: 401 for a client that did not prove who it is, 503 for what may succeed later, otherwise 400. */
  get status(): 400 | 401 | 503 {
    if (this.error === "temporarily_unavailable") return 503;
    return this.error === "invalid_client" ? 401 : 400;
  }
}

/** The ids and time in every refusal, by which it can be found in the log. */
export interface Trace {
  readonly traceId: string;
  readonly correlationId: string;
  readonly nowMs: number;
}

/** The JSON of a refusal, as the token endpoint sends it. */
export const renderOAuthError = (refusal: OAuthError, trace: Trace): object => ({
  error: refusal.error,
  error_description: describeOAuthError(refusal, trace),
  error_codes: [refusal.code],
  timestamp: stamp(trace.nowMs),
  trace_id: trace.traceId,
  correlation_id: trace.correlationId,
});

/** The sentence of a refusal, with the ids that Entra adds to it. */
export const describeOAuthError = (refusal: OAuthError, trace: Trace): string =>
  `${refusal.message} Trace ID: ${trace.traceId} Correlation ID: ${trace.correlationId} Timestamp: ${stamp(trace.nowMs)}`;

/** `2026-01-31 12:34:56Z`. */
const stamp = (nowMs: number): string => new Date(nowMs).toISOString().replace("T", " ").replace(/\.\d+/, "");
