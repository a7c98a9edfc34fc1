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
  /** All of them, the next to expire first, as are those of each user in `#byUser`. */
  readonly #byExpiry: RedisToken[] = [];
  readonly #byUser = new Map<string, RedisToken[]>();
  #cancelExpiry = (): void => undefined;

  /** `onChange` gets the users whose tokens were added or dropped. */
  constructor(options: { store: Store; clock: Clock; onChange: (objectIds: ReadonlySet<string>) => void }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#onChange = options.onChange;
  }

  /** Reads the stored tokens. */
  async open(): Promise<void> {
    for (const token of await listRedisTokens(this.#store, this.#clock.nowMs())) {
      if (!this.#byHash.has(token.hash)) this.#keep(token);
    }
    this.#scheduleExpiry();
  }

  /** The tokens of a user, the next to expire first. */
  validOf(objectId: string): readonly RedisToken[] {
    const own = this.#byUser.get(objectId) ?? [];
    return own.slice(placeFor(own, this.#clock.nowMs()));
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
    this.#keep(token);
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
    const own = this.#byUser.get(objectId) ?? [];
    const isOverLimit = own.length > redisLimits.maxTokensPerUser;
    const next = isOverLimit ? own[0] : this.#byHash.size > maxTokens ? this.#byExpiry[0] : undefined;
    if (next !== undefined) this.#drop(next);
    return next;
  }

  #keep(token: RedisToken): void {
    this.#byHash.set(token.hash, token);
    insert(this.#byExpiry, token);
    const own = this.#byUser.get(token.objectId) ?? [];
    insert(own, token);
    this.#byUser.set(token.objectId, own);
  }

  #drop(token: RedisToken): void {
    this.#byHash.delete(token.hash);
    takeOut(this.#byExpiry, token);
    const own = this.#byUser.get(token.objectId) ?? [];
    takeOut(own, token);
    if (own.length === 0) this.#byUser.delete(token.objectId);
  }

  async close(): Promise<void> {
    this.#cancelExpiry();
  }

  #scheduleExpiry(): void {
    this.#cancelExpiry();
    const [next] = this.#byExpiry;
    if (next !== undefined) this.#cancelExpiry = this.#clock.wakeAt(next.expiresAtMs, () => void this.#expire());
  }

  async #expire(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const expired = this.#byExpiry.slice(0, placeFor(this.#byExpiry, nowMs));
    for (const token of expired) this.#drop(token);
    this.#scheduleExpiry();
    this.#onChange(new Set(expired.map(({ objectId }) => objectId)));
    await this.#store.write((tx) => forgetRedisTokens(tx, nowMs)).catch(() => undefined); // The next expiry removes them.
  }
}

/** Where a token belongs that expires then: after those that expire at the same time or before. */
function placeFor(tokens: readonly RedisToken[], expiresAtMs: number): number {
  let [from, to] = [0, tokens.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((tokens[middle]?.expiresAtMs ?? 0) <= expiresAtMs) from = middle + 1;
    else to = middle;
  }
  return from;
}

function insert(tokens: RedisToken[], token: RedisToken): void {
  tokens.splice(placeFor(tokens, token.expiresAtMs), 0, token);
}

function takeOut(tokens: RedisToken[], token: RedisToken): void {
  tokens.splice(tokens.indexOf(token, placeFor(tokens, token.expiresAtMs - 1)), 1);
}
