import { compactVerify } from "jose/jws/compact/verify";
import { JOSEError, JWKSNoMatchingKey, JWSSignatureVerificationFailed } from "jose/errors";
import type { Clock } from "../../kernel/clock.ts";
import type { Access, Principal, PrincipalKind } from "../../store/principals.ts";
import type { AccessPolicy } from "../principals/access-policy.ts";
import { accessTokenIssuer, readAccessTokenClaims } from "./claims.ts";
import type { CheckedClaims } from "./claims.ts";
import type { Directory } from "../principals/directory.ts";
import { signingAlgorithm } from "./keys.ts";
import type { KeyRing } from "./keys.ts";
import { identityLimits } from "../limits.ts";

/** Who makes a request. */
export interface Caller {
  readonly objectId: string;
  readonly tenantId: string;
  readonly kind: PrincipalKind;
  /** User principal name, or application id. */
  readonly name: string;
  readonly appId: string;
  readonly access: Access;
}

export type TokenProblem = "malformed" | "badSignature" | "unknownIssuer" | "wrongAudience" | "expired" | "notYetValid";

/** What a check of an access token finds, with what a refusal has to name. */
export type TokenVerdict =
  | { readonly ok: true; readonly caller: Caller }
  | {
      readonly ok: false;
      readonly problem: TokenProblem;
      /** The time in the token, for `expired` and `notYetValid`. */
      readonly atMs?: number;
      readonly audience?: string;
      readonly issuer?: string;
    };

/** A token whose signature and shape are good; whether it serves here and now is asked on every use. */
interface VerifiedToken {
  readonly claims: CheckedClaims;
}

/** Checks access tokens: everything that never changes is remembered by the token's text, the rest is looked at each time. */
export class TokenVerifier {
  readonly #keys: KeyRing;
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #accessOf: AccessPolicy;
  readonly #isForUs: (audience: string) => boolean;
  readonly #verified = new Map<string, VerifiedToken>();
  #keysVersion = 0;

  constructor(options: {
    keys: KeyRing;
    directory: Directory;
    clock: Clock;
    accessOf: AccessPolicy;
    isForUs: (audience: string) => boolean;
  }) {
    this.#keys = options.keys;
    this.#directory = options.directory;
    this.#clock = options.clock;
    this.#accessOf = options.accessOf;
    this.#isForUs = options.isForUs;
  }

  /** Checks a token that was sent here. */
  async verify(token: string): Promise<TokenVerdict> {
    const verified = this.#recall(token) ?? (await this.#verifySignature(token));
    if ("ok" in verified) return verified;
    const problem = this.#problemOf(verified);
    if (problem !== undefined) return problem;
    const { principal } = verified.claims;
    const known = this.#directory.find(principal.objectId) ?? (await this.#directory.ensure(principal));
    return { ok: true, caller: toCaller(known, this.#accessOf(known)) };
  }

  #recall(token: string): VerifiedToken | undefined {
    if (this.#keysVersion === this.#keys.version) return this.#verified.get(token);
    this.#verified.clear();
    this.#keysVersion = this.#keys.version;
    return undefined;
  }

  async #verifySignature(token: string): Promise<VerifiedToken | TokenVerdict> {
    if (token.length > identityLimits.maxTokenLength) return { ok: false, problem: "malformed" };
    try {
      const { payload } = await compactVerify(token, (header) => this.#keys.keyFor(header), {
        algorithms: [signingAlgorithm],
      });
      const claims = readAccessTokenClaims(JSON.parse(new TextDecoder().decode(payload)));
      if (claims === undefined) return { ok: false, problem: "malformed" };
      const verified = { claims };
      this.#remember(token, verified);
      return verified;
    } catch (cause) {
      if (cause instanceof JWSSignatureVerificationFailed || cause instanceof JWKSNoMatchingKey) {
        return { ok: false, problem: "badSignature" };
      }
      if (cause instanceof JOSEError || cause instanceof SyntaxError) return { ok: false, problem: "malformed" };
      throw cause;
    }
  }

  #remember(token: string, verified: VerifiedToken): void {
    const [oldest] = this.#verified.keys();
    if (oldest !== undefined && this.#verified.size >= identityLimits.maxVerifiedTokens) this.#verified.delete(oldest);
    this.#verified.set(token, verified);
  }

  #problemOf(verified: VerifiedToken): TokenVerdict | undefined {
    const { issuer, audience, expiresAtMs, notBeforeMs, principal } = verified.claims;
    if (issuer !== accessTokenIssuer(principal.tenantId)) return { ok: false, problem: "unknownIssuer", issuer };
    if (!this.#isForUs(audience)) return { ok: false, problem: "wrongAudience", audience };
    const nowMs = this.#clock.nowMs();
    if (expiresAtMs <= nowMs) return { ok: false, problem: "expired", atMs: expiresAtMs };
    if (notBeforeMs > nowMs + identityLimits.notBeforeSkewMs) {
      return { ok: false, problem: "notYetValid", atMs: notBeforeMs };
    }
    return undefined;
  }
}

/** Spelled out: this runs on every request, and spreading costs more than the rest of the check. */
const toCaller = (principal: Principal, access: Access): Caller => ({
  objectId: principal.objectId,
  tenantId: principal.tenantId,
  kind: principal.kind,
  name: principal.name,
  appId: principal.appId,
  access,
});
