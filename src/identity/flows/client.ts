import { decodeProtectedHeader } from "jose/decode/protected_header";
import { JOSEError } from "jose/errors";
import { decodeJwt } from "jose/jwt/decode";
import type { JWTPayload } from "jose";
import { findSecretHash } from "../../store/principals.ts";
import type { Store } from "../../store/store.ts";
import { identityLimits } from "../limits.ts";
import { OAuthError } from "../oauth-error.ts";
import { required, type Parameters } from "../parameters.ts";
import type { Directory } from "../principals/directory.ts";
import { servicePrincipal } from "../principals/local-principals.ts";
import { hashSecret, isSameHash } from "../principals/secrets.ts";
import type { ClientAuthentication } from "../tokens/claims.ts";

/** The client that calls the token endpoint, and how it proved that. */
export interface Client {
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
}

/** A client and the secret that it sent, which is dropped after the check. */
interface SentClient {
  readonly client: Client;
  readonly secret: string | undefined;
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/**
 * Reads the client of a request. Any well-formed assertion in date is accepted, because the keys of clients are not known
 * here; whether a secret is the client's is checked by `checkSecret`.
 */
export function readClient(parameters: Parameters, authorization: string | undefined, nowMs: number): SentClient {
  const assertion = parameters.get("client_assertion");
  const { name, secret } = readNameAndSecret(parameters, authorization);
  const clientId = checkClientId(name ?? subjectOf(assertion));
  if (assertion === undefined) {
    return { client: { clientId, authentication: secret === undefined ? "public" : "secret" }, secret };
  }
  if (secret !== undefined) throw new OAuthError("badParameter", "the client sent both a secret and an assertion");
  checkAssertion(parameters, assertion, nowMs);
  return { client: { clientId, authentication: "assertion" }, secret };
}

interface NameAndSecret {
  readonly name: string | undefined;
  readonly secret: string | undefined;
}

/** RFC 6749 §2.3: in the Authorization header or in the body, never in both. */
function readNameAndSecret(parameters: Parameters, authorization: string | undefined): NameAndSecret {
  const inBody = { name: parameters.get("client_id"), secret: parameters.get("client_secret") };
  const inHeader = authorization === undefined ? undefined : readBasic(authorization);
  if (inHeader === undefined) return inBody;
  if (inBody.secret !== undefined || (inBody.name !== undefined && inBody.name !== inHeader.name)) {
    throw new OAuthError("badParameter", "the client names itself both in the Authorization header and in the body");
  }
  return inHeader;
}

/** A client id that may be part of a token and of a page: printable ASCII up to a limit. @throws OAuthError */
export function checkClientId(clientId: string | undefined): string {
  if (clientId === undefined) throw new OAuthError("missingParameter", "client_id");
  if (clientId.length > identityLimits.maxClientIdLength || !/^[\x21-\x7E]+$/.test(clientId)) {
    throw new OAuthError(
      "badParameter",
      `client_id is not ${identityLimits.maxClientIdLength} or fewer printable ASCII characters`,
    );
  }
  return clientId;
}

/** RFC 6749 §2.3.1: both halves are form-encoded before they are joined. */
function readBasic(authorization: string): NameAndSecret | undefined {
  const encoded = /^Basic +([\w+/=-]+) *$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const joined = Buffer.from(encoded, "base64").toString();
  const colonAt = joined.indexOf(":");
  if (colonAt === -1 || colonAt === joined.length - 1) throw new OAuthError("missingCredential");
  return { name: formDecode(joined.slice(0, colonAt)), secret: formDecode(joined.slice(colonAt + 1)) };
}

const formDecode = (text: string): string =>
  new URLSearchParams(`value=${text.replaceAll("&", "%26")}`).get("value") ?? "";

/** RFC 7521 §4.2: without `client_id` the assertion's subject is the client. */
const subjectOf = (assertion: string | undefined): string | undefined =>
  assertion === undefined ? undefined : decode(assertion).sub;

function checkAssertion(parameters: Parameters, assertion: string, nowMs: number): void {
  if (required(parameters, "client_assertion_type") !== assertionType) {
    throw new OAuthError("badParameter", `client_assertion_type is not '${assertionType}'`);
  }
  const { iss, sub, aud, exp, nbf } = decode(assertion);
  if (iss === undefined || sub === undefined || aud === undefined || exp === undefined) {
    throw new OAuthError("badClientAssertion", "one of the claims iss, sub, aud and exp is missing");
  }
  if (exp * 1000 <= nowMs || (nbf !== undefined && nbf * 1000 > nowMs + identityLimits.notBeforeSkewMs)) {
    throw new OAuthError("expiredClientAssertion");
  }
}

function decode(assertion: string): JWTPayload {
  try {
    if (decodeProtectedHeader(assertion).alg === "none") throw new OAuthError("badClientAssertion", "it is not signed");
    return decodeJwt(assertion);
  } catch (cause) {
    if (cause instanceof JOSEError || cause instanceof TypeError) {
      throw new OAuthError("badClientAssertion", "it is no JSON Web Token");
    }
    throw cause;
  }
}

/**
 * Refuses a client that proves itself with anything except the secret that it was given when it was added, and one that
 * has a secret and sends none.
 */
export async function checkSecret(
  { store, directory }: { store: Store; directory: Directory },
  { client: { clientId, authentication }, secret }: SentClient,
  tenantId: string,
): Promise<void> {
  const { objectId } = servicePrincipal(tenantId, clientId);
  if (authentication === "public") {
    if ((await findSecretHash(store, objectId)) !== undefined) throw new OAuthError("missingCredential");
    return;
  }
  if (directory.find(objectId) === undefined) throw new OAuthError("unknownClient", clientId);
  if (secret === undefined) throw new OAuthError("unknownAssertionKey");
  const known = await findSecretHash(store, objectId);
  if (known === undefined || !isSameHash(hashSecret(secret), known)) throw new OAuthError("wrongSecret", clientId);
}
