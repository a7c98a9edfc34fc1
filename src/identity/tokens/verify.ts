import { JOSEError, JWKSNoMatchingKey, JWSSignatureVerificationFailed } from "jose/errors";
import { compactVerify } from "jose/jws/compact/verify";
import type { Clock } from "../../kernel/clock.ts";
import type { Access, Principal, PrincipalKind } from "../../store/principals.ts";
import { identityLimits } from "../limits.ts";
import type { Directory } from "../principals/directory.ts";
import type { AccessPolicy } from "../principals/local-principals.ts";
import { accessTokenIssuer, readAccessTokenClaims, type CheckedClaims } from "./claims.ts";
import { signingAlgorithm, type KeyRing } from "./keys.ts";

/** The principal that makes a request. */
export interface Caller {
  readonly objectId: string;
  readonly tenantId: string;
  readonly kind: PrincipalKind;
  /** User principal name, or application id. */
  readonly name: string;
  readonly appId: string;
  readonly access: Access;
}

type TokenProblem = "malformed" | "badSignature" | "unknownIssuer" | "wrongAudience" | "expired" | "notYetValid";

/** The result of the check of an access token, with what a refusal names. */
export type TokenVerdict = { readonly ok: true; readonly caller: Caller } | RefusedToken;

export interface RefusedToken {
  readonly ok: false;
  readonly problem: TokenProblem;
  /** The time in the token, for `expired` and `notYetValid`. */
  readonly atMs?: number;
  readonly audience?: string;
  readonly issuer?: string;
}

interface VerifierOptions {
  readonly keys: KeyRing;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly accessOf: AccessPolicy;
  readonly isForUs: (audience: string) => boolean;
}

/** Checks access tokens. Signature, shape and issuer are checked once for each token text, audience and times on every use. */
export class TokenVerifier {
  readonly #options: VerifierOptions;
  /** The claims of tokens whose signature, shape and issuer are good, by the token's text. */
  readonly #verified = new Map<string, CheckedClaims>();
  #keysVersion = 0;

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  /** Checks a token that was sent here; at once if it has been checked before and its principal is known. */
  verify(token: string): TokenVerdict | Promise<TokenVerdict> {
    const claims = this.#recall(token);
    if (claims === undefined)
      return this.#verifySignature(token).then((read) => ("ok" in read ? read : this.#judge(read)));
    return this.#judge(claims);
  }

  #judge(claims: CheckedClaims): TokenVerdict | Promise<TokenVerdict> {
    const { directory } = this.#options;
    const problem = this.#problemOf(claims);
    if (problem !== undefined) return problem;
    const { principal } = claims;
    const known = directory.find(principal.objectId);
    return known === undefined ? directory.ensure(principal).then((added) => this.#accept(added)) : this.#accept(known);
  }

  #accept(principal: Principal): TokenVerdict {
    return { ok: true, caller: toCaller(principal, this.#options.accessOf(principal)) };
  }

  #recall(token: string): CheckedClaims | undefined {
    const { version } = this.#options.keys;
    if (this.#keysVersion === version) return this.#verified.get(token);
    this.#verified.clear();
    this.#keysVersion = version;
    return undefined;
  }

  async #verifySignature(token: string): Promise<CheckedClaims | RefusedToken> {
    if (token.length > identityLimits.maxTokenLength) return { ok: false, problem: "malformed" };
    try {
      const { payload } = await compactVerify(token, (header) => this.#options.keys.keyFor(header), {
        algorithms: [signingAlgorithm],
      });
      const claims = readAccessTokenClaims(JSON.parse(new TextDecoder().decode(payload)));
      if (claims === undefined) return { ok: false, problem: "malformed" };
      const { issuer, principal } = claims;
      if (issuer !== accessTokenIssuer(principal.tenantId)) return { ok: false, problem: "unknownIssuer", issuer };
      this.#remember(token, claims);
      return claims;
    } catch (cause) {
      if (cause instanceof JWSSignatureVerificationFailed || cause instanceof JWKSNoMatchingKey) {
        return { ok: false, problem: "badSignature" };
      }
      if (cause instanceof JOSEError || cause instanceof SyntaxError) return { ok: false, problem: "malformed" };
      throw cause;
    }
  }

  #remember(token: string, claims: CheckedClaims): void {
    const [oldest] = this.#verified.keys();
    if (oldest !== undefined && this.#verified.size >= identityLimits.maxVerifiedTokens) this.#verified.delete(oldest);
    this.#verified.set(token, claims);
  }

  #problemOf({ audience, expiresAtMs, notBeforeMs }: CheckedClaims): RefusedToken | undefined {
    if (!this.#options.isForUs(audience)) return { ok: false, problem: "wrongAudience", audience };
    const nowMs = this.#options.clock.nowMs();
    if (expiresAtMs <= nowMs) return { ok: false, problem: "expired", atMs: expiresAtMs };
    if (notBeforeMs > nowMs + identityLimits.notBeforeSkewMs) {
      return { ok: false, problem: "notYetValid", atMs: notBeforeMs };
    }
    return undefined;
  }
}

/** Written out: this runs on every request, and spreading costs more than the rest of the check. */
const toCaller = (principal: Principal, access: Access): Caller => ({
  objectId: principal.objectId,
  tenantId: principal.tenantId,
  kind: principal.kind,
  name: principal.name,
  appId: principal.appId,
  access,
});
