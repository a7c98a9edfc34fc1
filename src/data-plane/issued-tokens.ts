import type { Clock } from "../kernel/clock.ts";
import type { Closable } from "../kernel/shutdown.ts";
import { addRedisToken, forgetRedisTokens, listRedisTokens, removeRedisToken } from "../store/redis-tokens.ts";
import type { RedisToken } from "../store/redis-tokens.ts";
import type { Store } from "../store/store.ts";
import { redisLimits } from "./limits.ts";

/** How many tokens are known at once: who asks for one need not have any right. */
const maxTokens = 10_000;

/**
 * The access tokens for Redis that are valid now; of too many, those that expire first are forgotten. What one user has too
 * many of is forgotten of that user, who would otherwise end the logins of all others by asking for tokens.
 */
export class TokenBook implements Closable {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #onChange: (objectIds: ReadonlySet<string>) => void;
  readonly #byHash = new Map<string, RedisToken>();
  #forgetWake = (): void => undefined;

  /** `onChange` hears whose tokens have come or gone. */
  constructor(options: { store: Store; clock: Clock; onChange: (objectIds: ReadonlySet<string>) => void }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#onChange = options.onChange;
  }

  /** Takes up what was issued before. */
  async open(): Promise<void> {
    for (const token of await listRedisTokens(this.#store, this.#clock.nowMs())) this.#byHash.set(token.hash, token);
    this.#armExpiry();
  }

  /** The tokens of all users, the next to expire first. */
  get valid(): readonly RedisToken[] {
    const nowMs = this.#clock.nowMs();
    return [...this.#byHash.values()].filter(({ expiresAtMs }) => expiresAtMs > nowMs).toSorted(byExpiry);
  }

  /** When a user's token expires, by its hash; undefined when it is not valid, or another's. */
  expiryOf(user: string, hash: string): number | undefined {
    const token = this.#byHash.get(hash);
    const isValid = token !== undefined && token.objectId === user && token.expiresAtMs > this.#clock.nowMs();
    return isValid ? token.expiresAtMs : undefined;
  }

  /** Notes a token that is about to be handed out; answers once a restart would still know of it. */
  async add(token: RedisToken): Promise<void> {
    if (this.#byHash.has(token.hash) || token.expiresAtMs <= this.#clock.nowMs()) return;
    this.#byHash.set(token.hash, token);
    const forgotten = this.#forgetNext(token.objectId);
    this.#armExpiry();
    await this.#store.write(async (tx) => {
      await addRedisToken(tx, token);
      if (forgotten !== undefined) await removeRedisToken(tx, forgotten.hash);
    });
    this.#onChange(new Set([token, ...(forgotten === undefined ? [] : [forgotten])].map(({ objectId }) => objectId)));
  }

  /** The token that was forgotten, where there were too many. */
  #forgetNext(objectId: string): RedisToken | undefined {
    const own = [...this.#byHash.values()].filter((token) => token.objectId === objectId);
    const isCrowded = own.length > redisLimits.maxTokensPerUser;
    const next = isCrowded ? firstToExpire(own) : this.#byHash.size > maxTokens ? this.#next() : undefined;
    if (next !== undefined) this.#byHash.delete(next.hash);
    return next;
  }

  /** The token that expires next. */
  #next(): RedisToken | undefined {
    return firstToExpire(this.#byHash.values());
  }

  async close(): Promise<void> {
    this.#forgetWake();
  }

  #armExpiry(): void {
    this.#forgetWake();
    const next = this.#next();
    if (next !== undefined) this.#forgetWake = this.#clock.wakeAt(next.expiresAtMs, () => void this.#expire());
  }

  async #expire(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const expired = [...this.#byHash.values()].filter(({ expiresAtMs }) => expiresAtMs <= nowMs);
    for (const { hash } of expired) this.#byHash.delete(hash);
    this.#armExpiry();
    this.#onChange(new Set(expired.map(({ objectId }) => objectId)));
    await this.#store.write((tx) => forgetRedisTokens(tx, nowMs)).catch(() => undefined); // The next expiry drops them.
  }
}

function firstToExpire(tokens: Iterable<RedisToken>): RedisToken | undefined {
  let first: RedisToken | undefined;
  for (const token of tokens) if (first === undefined || token.expiresAtMs < first.expiresAtMs) first = token;
  return first;
}

const byExpiry = (one: RedisToken, other: RedisToken): number => one.expiresAtMs - other.expiresAtMs;
