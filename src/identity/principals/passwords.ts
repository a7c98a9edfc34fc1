import type { Clock } from "../../kernel/clock.ts";
import { findSecretHash, type Principal } from "../../store/principals.ts";
import type { Queryable, Store } from "../../store/store.ts";
import { identityLimits } from "../limits.ts";
import { OAuthError } from "../oauth-error.ts";
import { administratorName } from "./local-principals.ts";
import { hashSecret, isSameHash } from "./secrets.ts";

interface WrongGuesses {
  count: number;
  lockedUntilMs: number;
}

type User = Pick<Principal, "name" | "objectId">;

/**
 * The passwords of a strict authority's users: the administrator's, which is the same in every tenant, and those that
 * others were given when they were added. After ten wrong ones in a row an account is locked for a minute, and again
 * after each further one.
 */
export class Passwords {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #administratorHash: string;
  /** By account; only for accounts that have a password, so that callers cannot make it grow. */
  readonly #wrong = new Map<string, WrongGuesses>();

  constructor(options: { store: Store; clock: Clock; administratorPassword: string }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#administratorHash = hashSecret(options.administratorPassword);
  }

  /** @throws OAuthError where the password is not the user's, or the account is locked. */
  async check(user: User, password: string): Promise<void> {
    const isAdministrator = user.name === administratorName;
    const known = await this.#hashOf(user, this.#store);
    if (known === undefined) throw new OAuthError("wrongPassword");
    // No await from here on: of guesses that are sent at once, each counts before the next is checked.
    this.#checkGuess(isAdministrator ? administratorName : user.objectId, isSameHash(hashSecret(password), known));
  }

  /** What a grant stores of its user's password, so that it ends with it; undefined for a user without one. */
  async proofOf(user: User, from: Queryable = this.#store): Promise<string | undefined> {
    const known = await this.#hashOf(user, from);
    return known === undefined ? undefined : hashSecret(`grant of ${known}`);
  }

  #hashOf({ name, objectId }: User, from: Queryable): Promise<string | undefined> {
    return name === administratorName ? Promise.resolve(this.#administratorHash) : findSecretHash(from, objectId);
  }

  #checkGuess(account: string, isRight: boolean): void {
    const nowMs = this.#clock.steadyMs();
    const wrong = this.#wrong.get(account) ?? { count: 0, lockedUntilMs: 0 };
    // While an account is locked, a right password is refused like a wrong one.
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
