import type { Clock } from "../../kernel/clock.ts";
import { findSecretHash } from "../../store/client-secrets.ts";
import type { Principal } from "../../store/principals.ts";
import type { Queryable, Store } from "../../store/store.ts";
import { identityLimits } from "../limits.ts";
import { administratorName } from "./local-principals.ts";
import { OAuthError } from "../oauth-error.ts";
import { hashSecret, isSameHash } from "./secrets.ts";

interface WrongGuesses {
  count: number;
  lockedUntilMs: number;
}

/**
 * The passwords of a strict authority's users: the administrator's own in every tenant, and those that others were given
 * when they were added. After ten wrong ones an account is locked for a minute, and again after each further one.
 */
export class Passwords {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #administratorHash: string;
  /** By account; only of accounts that have a password, so that callers cannot make it grow. */
  readonly #wrong = new Map<string, WrongGuesses>();

  constructor(options: { store: Store; clock: Clock; administratorPassword: string }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#administratorHash = hashSecret(options.administratorPassword);
  }

  /** @throws OAuthError where the password is not the user's, or too many wrong ones were sent. */
  async check({ name, objectId }: Principal, password: string): Promise<void> {
    const isAdministrator = name === administratorName;
    const known = await this.#hashOf({ name, objectId }, this.#store);
    if (known === undefined) throw new OAuthError("wrongPassword");
    // From here on nothing waits: of guesses that are sent at once, each counts before the next is looked at.
    this.#checkGuess(isAdministrator ? administratorName : objectId, isSameHash(hashSecret(password), known));
  }

  /** What a grant keeps of the password that it was given for, so that it ends with it; undefined for who has none. */
  async proofOf(
    user: Pick<Principal, "name" | "objectId">,
    from: Queryable = this.#store,
  ): Promise<string | undefined> {
    const known = await this.#hashOf(user, from);
    return known === undefined ? undefined : hashSecret(`grant of ${known}`);
  }

  #hashOf({ name, objectId }: Pick<Principal, "name" | "objectId">, from: Queryable): Promise<string | undefined> {
    return name === administratorName ? Promise.resolve(this.#administratorHash) : findSecretHash(from, objectId);
  }

  #checkGuess(account: string, isRight: boolean): void {
    const nowMs = this.#clock.steadyMs();
    const wrong = this.#wrong.get(account) ?? { count: 0, lockedUntilMs: 0 };
    // A right password says nothing either while guesses are being made.
    if (nowMs < wrong.lockedUntilMs) throw new OAuthError("lockedAccount");
    if (isRight) {
      this.#wrong.delete(account);
      return;
    }
    const count = wrong.count + 1;
    const isLocked = count >= identityLimits.wrongPasswordsUntilLocked;
    this.#wrong.set(account, { count, lockedUntilMs: isLocked ? nowMs + identityLimits.passwordLockMs : 0 });
    throw new OAuthError("wrongPassword");
  }
}

/** Whether a refusal is one after which the person may try again on the same page. */
export const isPasswordRefusal = (cause: unknown): cause is OAuthError =>
  cause instanceof OAuthError && (cause.problem === "wrongPassword" || cause.problem === "lockedAccount");
