import { request as requestHttp } from "node:http";
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { pipeline } from "node:stream/promises";
import type { Clock } from "../../kernel/clock.ts";
import { transferLimits } from "../limits.ts";
import type { TransferLimits } from "../limits.ts";
import { hostRefusal, judgingLookup } from "./refused-addresses.ts";

/** Where transfers may go. */
export interface Reach {
  /** Whether link-local and metadata addresses may be dialled. */
  readonly linkLocalTransfers: boolean;
  /** What resolves names; the system unless given. */
  readonly lookup?: LookupFunction;
}

interface Sent {
  readonly url: URL;
  readonly method: "GET" | "PUT";
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: AsyncIterable<Uint8Array>;
  readonly reach: Reach;
  readonly signal: AbortSignal;
}

/** As many redirects as browsers follow (Fetch §4.4). */
const mostRedirects = 20;

/** GETs what is at a URL, or where that redirects to; each place is judged. @throws when nothing answers */
export async function getFollowing(options: { url: URL; reach: Reach; signal: AbortSignal }): Promise<IncomingMessage> {
  let { url } = options;
  for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
    const answer = await sendRequest({ ...options, url, method: "GET" });
    const next = redirectOf(answer, url);
    if (next === undefined) return answer;
    answer.destroy();
    url = next;
  }
  throw new Error(`there were more than ${mostRedirects} redirects.`);
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage, url: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return undefined;
  const next = URL.parse(headers.location, url);
  if (next === null || !/^https?:$/.test(next.protocol))
    throw new Error("it redirects to what is no http or https URL.");
  return next;
}

/**
 * Sends a request on a connection of its own and answers the response, also when that comes before the whole body went.
 * Node's `fetch` cannot be told how to resolve names, and would dial what was not judged.
 * @throws when it may not be sent there, or nothing answers
 */
export async function sendRequest({ url, method, headers = {}, body, reach, signal }: Sent): Promise<IncomingMessage> {
  const { linkLocalTransfers, lookup } = reach;
  const why = linkLocalTransfers ? undefined : hostRefusal(url);
  if (why !== undefined) throw new Error(`it ${why}`);
  const judged = linkLocalTransfers ? lookup : judgingLookup(lookup);
  const answered = Promise.withResolvers<IncomingMessage>();
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const options = { method, headers, agent: false, signal, ...(judged === undefined ? {} : { lookup: judged }) };
  const outgoing = send(url, options, answered.resolve);
  outgoing.on("error", answered.reject);
  if (body === undefined) outgoing.end();
  else pipeline(body, outgoing, { signal }).catch(answered.reject);
  return await answered.promise;
}

/** What a transfer is watched by. */
export interface WatchGround {
  readonly clock: Clock;
  /** `transferLimits` unless given. */
  readonly limits?: TransferLimits;
}

/** Watches a transfer, and aborts its signal when nothing has moved for too long. To be closed. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #late = new AbortController();
  #movedAtMs: number;
  #forget = (): void => undefined;

  constructor({ clock, limits = transferLimits }: WatchGround) {
    this.#clock = clock;
    this.#silenceMs = limits.silenceMs;
    this.#movedAtMs = clock.steadyMs();
    this.#arm();
  }

  get signal(): AbortSignal {
    return this.#late.signal;
  }

  /** To be told of every piece that moves. */
  moved(): void {
    this.#movedAtMs = this.#clock.steadyMs();
  }

  close(): void {
    this.#forget();
  }

  #arm(): void {
    const leftMs = (): number => this.#movedAtMs + this.#silenceMs - this.#clock.steadyMs();
    this.#forget = this.#clock.wakeIn(leftMs(), () => {
      if (leftMs() > 0) this.#arm();
      else this.#late.abort(new Error(`nothing has moved for ${this.#silenceMs / 1_000} seconds.`));
    });
  }
}
