import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { Closable } from "../../kernel/shutdown.ts";
import type { Store } from "../../store/store.ts";
import { findAddressScheme, type AddressScheme } from "../addresses.ts";
import { LatestOnlyQueue } from "../latest-only-queue.ts";
import { dnsLimits } from "../limits.ts";
import { answerQuery, type DnsAnswers } from "./answer-query.ts";
import type { DnsSource, NetworkName } from "./dns-facts.ts";
import { DnsViews, publicViewKey } from "./dns-views.ts";
import type { Forward } from "./forward.ts";
import { listenForView, type ViewListener } from "./view-listener.ts";

export interface DnsResponderOptions {
  readonly store: Pick<Store, "onChange">;
  readonly source: DnsSource;
  /** Different for each data directory, since several may be served side by side. */
  readonly seed: string;
  /** Of all resolvers; 0 takes any free one. */
  readonly port: number;
  readonly answers: DnsAnswers;
  readonly forward: Forward | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** What this machine offers; found out unless given. */
  readonly scheme?: AddressScheme;
}

/** Where the resolver of a view listens. */
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

/** Serves the public view and a view for every virtual network. */
export class DnsResponder implements Closable {
  readonly #options: DnsResponderOptions;
  readonly #views: DnsViews;
  readonly #networks = new Map<string, Served>();
  readonly #queue = new LatestOnlyQueue<void>(() => this.#reconcile());
  #scheme: AddressScheme = "ports";
  #public: ViewListener | undefined;
  #unsubscribe = (): void => undefined;
  #cancelRetry = (): void => undefined;
  #isClosed = false;

  /** Nothing is served before `start`. */
  constructor(options: DnsResponderOptions) {
    this.#options = options;
    this.#views = new DnsViews(options.source);
  }

  /** Begins to follow the store. Resolves when all views are served. @throws when the port of the public view is taken */
  async start(): Promise<void> {
    const { store, scheme, port } = this.#options;
    this.#scheme = scheme ?? (await findAddressScheme());
    this.#public = await this.#listen(publicViewKey, port);
    this.#unsubscribe = store.onChange((keys) => this.#onChange(keys));
    await this.#queue.push();
  }

  /** Where the resolvers of all views listen, the public one first, then by network. */
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

  /** Resolves when the networks that existed at the time of the call are served. */
  async settled(): Promise<void> {
    await this.#queue.idle();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    await this.#queue.idle();
    this.#cancelRetry();
    await Promise.all([this.#public?.close(), ...[...this.#networks.values()].map(({ listener }) => listener.close())]);
  }

  #onChange(keys: readonly string[]): void {
    const { source } = this.#options;
    for (const key of keys) {
      const change = source.changeOf(key);
      if (change !== undefined) this.#views.changed(change);
    }
    if (keys.some((key) => source.isNetwork(key))) void this.#queue.push();
  }

  async #reconcile(): Promise<void> {
    const { source, clock, log } = this.#options;
    this.#cancelRetry();
    try {
      const networks = await source.listNetworks();
      if (networks.length > dnsLimits.views) {
        log.warn({ networks: networks.length, most: dnsLimits.views }, "Not every virtual network gets a resolver.");
      }
      await this.#serveThese(networks.slice(0, dnsLimits.views));
    } catch (cause) {
      log.warn({ err: cause }, "The resolvers could not be brought up to date; trying again.");
      this.#cancelRetry = clock.wakeIn(dnsLimits.retryMs, () => void this.#queue.push());
    }
  }

  async #serveThese(networks: readonly NetworkName[]): Promise<void> {
    const wanted = new Set(networks.map(({ key }) => key));
    for (const [key, { listener }] of this.#networks) {
      if (wanted.has(key)) continue;
      this.#networks.delete(key);
      this.#views.forget(key);
      await listener.close();
    }
    for (const { id, key } of networks) {
      if (this.#networks.has(key) || this.#isClosed) continue;
      // All have the same port, so that people have to remember only one.
      this.#networks.set(key, { id, listener: await this.#listen(key, this.#public?.port ?? 0) });
    }
  }

  async #listen(key: string, port: number): Promise<ViewListener> {
    const { answers, forward, log, seed, source } = this.#options;
    const context = {
      view: () => this.#views.view(key),
      addressOf: (pathKey: string) => source.addressOf(pathKey),
      answers,
      forward,
      log,
    };
    return await listenForView({ scheme: this.#scheme, seed, key, port }, (message, transport) =>
      answerQuery(message, transport, context),
    );
  }
}
