import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { Closable } from "../../kernel/shutdown.ts";
import type { Store } from "../../store/store.ts";
import { findAddressScheme } from "../addresses.ts";
import type { AddressScheme } from "../addresses.ts";
import { LatestOnlyQueue } from "../latest-only-queue.ts";
import { answerQuery } from "./answer-query.ts";
import type { DnsAnswers } from "./answer-query.ts";
import type { DnsSource, NetworkName } from "./dns-facts.ts";
import { dnsLimits } from "../limits.ts";
import { DnsViews } from "./dns-views.ts";
import type { Forward } from "./forward.ts";
import { publicViewKey, listenForView } from "./view-listener.ts";
import type { ViewListener } from "./view-listener.ts";

export interface DnsResponderOptions {
  readonly store: Pick<Store, "onChange">;
  readonly source: DnsSource;
  /** Tells data directories apart, which may be served side by side. */
  readonly seed: string;
  /** Of all resolvers; 0 takes any free one. */
  readonly port: number;
  readonly answers: DnsAnswers;
  readonly forward: Forward | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** What this machine offers, found out where it is not given. */
  readonly scheme?: AddressScheme;
}

/** Where a view is asked. */
export interface ResolverPlace {
  /** undefined for the public view. */
  readonly virtualNetworkId: string | undefined;
  readonly address: string;
  readonly port: number;
}

interface Served {
  readonly id: string;
  readonly listener: ViewListener;
}

/** Serves the public view and one for every virtual network there is. */
export class DnsResponder implements Closable {
  readonly #options: DnsResponderOptions;
  readonly #views: DnsViews;
  readonly #networks = new Map<string, Served>();
  readonly #reconcile = new LatestOnlyQueue<void>(() => this.#follow());
  #scheme: AddressScheme = "ports";
  #public: ViewListener | undefined;
  #unsubscribe = (): void => undefined;
  #forgetRetry = (): void => undefined;
  #isClosed = false;

  /** Nothing is served before `start`. */
  constructor(options: DnsResponderOptions) {
    this.#options = options;
    this.#views = new DnsViews(options.source);
  }

  /** Begins to follow the store; answers when all resolvers do. @throws when the port of the public one is taken. */
  async start(): Promise<void> {
    const { store, scheme, port } = this.#options;
    this.#scheme = scheme ?? (await findAddressScheme());
    this.#public = await this.#listen(publicViewKey, port);
    this.#unsubscribe = store.onChange((keys) => this.#onChange(keys));
    await this.#reconcile.push();
  }

  /** Where every view is asked, the public one first, then by network. */
  get resolvers(): readonly ResolverPlace[] {
    const place = (id: string | undefined, { address, port }: ViewListener): ResolverPlace => ({
      virtualNetworkId: id,
      address,
      port,
    });
    const networks = [...this.#networks].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return [
      ...(this.#public === undefined ? [] : [place(undefined, this.#public)]),
      ...networks.map(([, { id, listener }]) => place(id, listener)),
    ];
  }

  /** Answers when the networks that were there at the time of the call are served. */
  async settled(): Promise<void> {
    await this.#reconcile.idle();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    await this.#reconcile.idle();
    this.#forgetRetry();
    await Promise.all([this.#public?.close(), ...[...this.#networks.values()].map(({ listener }) => listener.close())]);
  }

  #onChange(keys: readonly string[]): void {
    if (!keys.some((key) => this.#options.source.isOfConcern(key))) return;
    this.#views.forget();
    void this.#reconcile.push();
  }

  async #follow(): Promise<void> {
    const { source, clock, log } = this.#options;
    this.#forgetRetry();
    try {
      const networks = await source.listNetworks();
      if (networks.length > dnsLimits.views) {
        log.warn({ networks: networks.length, most: dnsLimits.views }, "Not every virtual network gets a resolver.");
      }
      await this.#serveThese(networks.slice(0, dnsLimits.views));
    } catch (cause) {
      log.warn({ err: cause }, "The resolvers could not be brought up to date; trying again.");
      this.#forgetRetry = clock.wakeIn(dnsLimits.retryMs, () => void this.#reconcile.push());
    }
  }

  async #serveThese(networks: readonly NetworkName[]): Promise<void> {
    const wanted = new Set(networks.map(({ key }) => key));
    for (const [key, { listener }] of this.#networks) {
      if (wanted.has(key)) continue;
      this.#networks.delete(key);
      await listener.close();
    }
    for (const { id, key } of networks) {
      if (this.#networks.has(key) || this.#isClosed) continue;
      // All have the same port, so that a person has to remember but one.
      this.#networks.set(key, { id, listener: await this.#listen(key, this.#public?.port ?? 0) });
    }
  }

  async #listen(key: string, port: number): Promise<ViewListener> {
    const { answers, forward, log, seed, source } = this.#options;
    const addressOf: DnsSource["addressOf"] = (pathKey) => source.addressOf(pathKey);
    const context = { view: () => this.#views.view(key), addressOf, answers, forward, log };
    const answer = (message: Buffer, transport: "udp" | "tcp"): Promise<Buffer | undefined> =>
      answerQuery(message, transport, context);
    return await listenForView({ scheme: this.#scheme, seed, key, port, answer });
  }
}
