import type { Clock } from "../kernel/clock.ts";
import type { Closable } from "../kernel/shutdown.ts";
import { addRedisToken, forgetRedisTokens, listRedisTokens, removeRedisToken } from "../store/data-plane.ts";
import type { RedisToken } from "../store/data-plane.ts";
import type { Store } from "../store/store.ts";
import { redisLimits } from "./limits.ts";

/** How many tokens are kept at once, since anybody may ask for a token. */
const maxTokens = 10_000;

/**
 * The access tokens for Redis that are valid now. When there are too many, those that expire first are dropped. When one
 * user has too many, only that user's are dropped, so that asking for tokens never ends the logins of others.
 */
export class IssuedTokens implements Closable {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #onChange: (objectIds: ReadonlySet<string>) => void;
  readonly #byHash = new Map<string, RedisToken>();
  #cancelExpiry = (): void => undefined;

  /** `onChange` gets the users whose tokens were added or dropped. */
  constructor(options: { store: Store; clock: Clock; onChange: (objectIds: ReadonlySet<string>) => void }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#onChange = options.onChange;
  }

  /** Reads the stored tokens. */
  async open(): Promise<void> {
    for (const token of await listRedisTokens(this.#store, this.#clock.nowMs())) this.#byHash.set(token.hash, token);
    this.#scheduleExpiry();
  }

  /** The tokens of all users, the next to expire first. */
  get valid(): readonly RedisToken[] {
    const nowMs = this.#clock.nowMs();
    return [...this.#byHash.values()].filter(({ expiresAtMs }) => expiresAtMs > nowMs).toSorted(byExpiry);
  }

  /** When a user's token expires, by its hash; undefined when it is not valid, or another user's. */
  expiryOf(user: string, hash: string): number | undefined {
    const token = this.#byHash.get(hash);
    const isValid = token !== undefined && token.objectId === user && token.expiresAtMs > this.#clock.nowMs();
    return isValid ? token.expiresAtMs : undefined;
  }

  /** Adds a token that is about to be issued. Resolves when it is stored. */
  async add(token: RedisToken): Promise<void> {
    if (this.#byHash.has(token.hash) || token.expiresAtMs <= this.#clock.nowMs()) return;
    this.#byHash.set(token.hash, token);
    const dropped = this.#dropOne(token.objectId);
    this.#scheduleExpiry();
    await this.#store.write(async (tx) => {
      await addRedisToken(tx, token);
      if (dropped !== undefined) await removeRedisToken(tx, dropped.hash);
    });
    this.#onChange(new Set([token, ...(dropped === undefined ? [] : [dropped])].map(({ objectId }) => objectId)));
  }

  /** Drops a token when there are too many, and returns it. */
  #dropOne(objectId: string): RedisToken | undefined {
    const own = [...this.#byHash.values()].filter((token) => token.objectId === objectId);
    const isOverLimit = own.length > redisLimits.maxTokensPerUser;
    const next = isOverLimit ? firstToExpire(own) : this.#byHash.size > maxTokens ? this.#next() : undefined;
    if (next !== undefined) this.#byHash.delete(next.hash);
    return next;
  }

  #next(): RedisToken | undefined {
    return firstToExpire(this.#byHash.values());
  }

  async close(): Promise<void> {
    this.#cancelExpiry();
  }

  #scheduleExpiry(): void {
    this.#cancelExpiry();
    const next = this.#next();
    if (next !== undefined) this.#cancelExpiry = this.#clock.wakeAt(next.expiresAtMs, () => void this.#expire());
  }

  async #expire(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const expired = [...this.#byHash.values()].filter(({ expiresAtMs }) => expiresAtMs <= nowMs);
    for (const { hash } of expired) this.#byHash.delete(hash);
    this.#scheduleExpiry();
    this.#onChange(new Set(expired.map(({ objectId }) => objectId)));
    await this.#store.write((tx) => forgetRedisTokens(tx, nowMs)).catch(() => undefined); // The next expiry removes them.
  }
}

function firstToExpire(tokens: Iterable<RedisToken>): RedisToken | undefined {
  let first: RedisToken | undefined;
  for (const token of tokens) if (first === undefined || token.expiresAtMs < first.expiresAtMs) first = token;
  return first;
}

const byExpiry = (one: RedisToken, other: RedisToken): number => one.expiresAtMs - other.expiresAtMs;
