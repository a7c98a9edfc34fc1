import type { Clock } from "../kernel/clock.ts";
import type { Closable } from "../kernel/shutdown.ts";
import { addRedisToken, forgetRedisTokens, listRedisTokens } from "../store/redis-tokens.ts";
import type { RedisToken } from "../store/redis-tokens.ts";
import type { Store } from "../store/store.ts";

/** The access tokens for Redis that are valid now. */
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

  /** Notes a token that is about to be handed out; answers once a restart would still know of it. */
  async add(token: RedisToken): Promise<void> {
    if (this.#byHash.has(token.hash) || token.expiresAtMs <= this.#clock.nowMs()) return;
    this.#byHash.set(token.hash, token);
    this.#armExpiry();
    await this.#store.write((tx) => addRedisToken(tx, token));
    this.#onChange(new Set([token.objectId]));
  }

  async close(): Promise<void> {
    this.#forgetWake();
  }

  #armExpiry(): void {
    this.#forgetWake();
    const next = [...this.#byHash.values()].toSorted(byExpiry)[0];
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

const byExpiry = (one: RedisToken, other: RedisToken): number => one.expiresAtMs - other.expiresAtMs;
