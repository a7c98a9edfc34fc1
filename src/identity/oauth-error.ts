import { oauthProblems } from "./oauth-problems.ts";

export type OAuthProblem = keyof typeof oauthProblems;

/** A refusal of the authority's; becomes JSON, a redirect or a page, by where it happens. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly problem: OAuthProblem;
  /** The number after AADSTS. */
  readonly code: number;
  /** The OAuth error code. */
  readonly error: string;

  /** `value` is what the sentence names: a parameter, a scope, a URI. */
  constructor(problem: OAuthProblem, value = "") {
    const { code, error, text } = oauthProblems[problem];
    super(`AADSTS${code}: ${text(value)}`);
    this.problem = problem;
    this.code = code;
    this.error = error;
  }

  /** RFC 6749 §5.2: 401 for a client that did not prove who it is, 503 for what may work later, 400 for everything else. */
  get status(): 400 | 401 | 503 {
    if (this.error === "temporarily_unavailable") return 503;
    return this.error === "invalid_client" ? 401 : 400;
  }
}

/** What every answer to a refusal carries, so that it can be found in the log. */
export interface Trace {
  readonly traceId: string;
  readonly correlationId: string;
  readonly nowMs: number;
}

/** The JSON of a refusal, as token endpoints answer it. */
export function renderOAuthError(refusal: OAuthError, trace: Trace): object {
  return {
    error: refusal.error,
    error_description: describeOAuthError(refusal, trace),
    error_codes: [refusal.code],
    timestamp: stamp(trace.nowMs),
    trace_id: trace.traceId,
    correlation_id: trace.correlationId,
  };
}

/** The sentence of a refusal, with the ids that Entra adds to it. */
export const describeOAuthError = (refusal: OAuthError, trace: Trace): string =>
  `${refusal.message} Trace ID: ${trace.traceId} Correlation ID: ${trace.correlationId} Timestamp: ${stamp(trace.nowMs)}`;

/** `2026-01-31 12:34:56Z`. */
const stamp = (nowMs: number): string => new Date(nowMs).toISOString().replace("T", " ").replace(/\.\d+/, "");
