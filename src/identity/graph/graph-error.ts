import type { RefusedToken } from "../tokens/verify.ts";

/** A refusal in Microsoft Graph's form. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly status: number;
  readonly code: string;

  constructor({ status = 400, code, message }: { status?: number; code: string; message: string }) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The JSON of a refusal; `clientRequestId` is the client's own id of the request, if it sent one. */
export function renderGraphError(
  { code, message }: Pick<GraphError, "code" | "message">,
  trace: { requestId: string; clientRequestId?: string | undefined; nowMs: number },
): object {
  const innerError = {
    date: new Date(trace.nowMs).toISOString().slice(0, 19),
    "request-id": trace.requestId,
    "client-request-id": trace.clientRequestId ?? trace.requestId,
  };
  return { error: { code, message, innerError } };
}

/** There is no object with the id or name that the client sent. */
export const resourceNotFound = (name: string): GraphError =>
  new GraphError({
    status: 404,
    code: "Request_ResourceNotFound",
    message: `Resource '${name}' does not exist or one of its queried reference-property objects are not present.`,
  });

/** Microsoft Graph may serve this, but Cuprite does not. */
export const notServedHere = (what: string): GraphError =>
  new GraphError({
    status: 501,
    code: "NotImplemented",
    message:
      `Cuprite does not serve ${what}. Its Microsoft Graph only reads users, servicePrincipals and applications, which ` +
      "'cuprite principal add' makes; see docs/differences-from-azure.md.",
  });

/** Sentences as quoted in public threads; for `notYetValid` and `unknownIssuer` none is known. */
export function tokenRefusal(verdict: RefusedToken | undefined): GraphError {
  const message =
    verdict === undefined
      ? "Access token is empty."
      : {
          malformed: "CompactToken parsing failed with error code: 80049217",
          badSignature: "Signing key is invalid.",
          unknownIssuer: "Access token validation failure. Invalid issuer.",
          wrongAudience: "Access token validation failure. Invalid audience.",
          expired: "Lifetime validation failed, the token is expired.",
          notYetValid: "Lifetime validation failed, the token is not yet valid.",
        }[verdict.problem];
  return new GraphError({ status: 401, code: "InvalidAuthenticationToken", message });
}
