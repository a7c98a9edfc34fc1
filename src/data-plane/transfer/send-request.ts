import { request as requestHttp, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { pipeline } from "node:stream/promises";
import type { Clock } from "../../kernel/clock.ts";
import { transferLimits, type TransferLimits } from "../limits.ts";
import { hostRefusal, judgingLookup } from "./refused-addresses.ts";

/** What limits a transfer. */
export interface TransferOptions {
  readonly clock: Clock;
  /** `transferLimits` unless given. */
  readonly limits?: TransferLimits;
  /** Whether link-local and metadata addresses are allowed. */
  readonly linkLocalTransfers: boolean;
  /** What resolves names; the system unless given. */
  readonly lookup?: LookupFunction;
}

interface TransferRequest {
  readonly url: URL;
  readonly method: "GET" | "PUT";
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: AsyncIterable<Uint8Array>;
  readonly options: TransferOptions;
  readonly signal: AbortSignal;
}

/** As many redirects as browsers follow (Fetch §4.4). */
const maxRedirects = 20;

/** GETs a URL and follows its redirects. Each address is judged. @throws when there is no response */
export async function getFollowing(
  request: Pick<TransferRequest, "url" | "options" | "signal">,
): Promise<IncomingMessage> {
  let { url } = request;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const response = await sendRequest({ ...request, url, method: "GET" });
    const next = redirectOf(response, url);
    if (next === undefined) return response;
    response.destroy();
    url = next;
  }
  throw new Error(`there were more than ${maxRedirects} redirects.`);
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage, url: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return undefined;
  const next = URL.parse(headers.location, url);
  if (next === null || !/^https?:$/.test(next.protocol))
    throw new Error("it redirects to what is no http or https URL.");
  return next;
}

/**
 * Sends a request on a connection of its own. Resolves with the response, even when it comes before the whole body was
 * sent. Node's `fetch` does not take a lookup function, and would connect to addresses that were not judged.
 * @throws when the address is refused, or there is no response
 */
export async function sendRequest(request: TransferRequest): Promise<IncomingMessage> {
  const { url, method, headers = {}, body, signal } = request;
  const { linkLocalTransfers, lookup } = request.options;
  const why = linkLocalTransfers ? undefined : hostRefusal(url);
  if (why !== undefined) throw new Error(`it ${why}`);
  const judged = linkLocalTransfers ? lookup : judgingLookup(lookup);
  const response = Promise.withResolvers<IncomingMessage>();
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  const options = { method, headers, agent: false, signal, ...(judged === undefined ? {} : { lookup: judged }) };
  const outgoing = send(url, options, response.resolve);
  outgoing.on("error", response.reject);
  if (body === undefined) outgoing.end();
  else pipeline(body, outgoing, { signal }).catch(response.reject);
  return await response.promise;
}

/** Aborts its signal when nothing has moved for too long. Has to be closed. */
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #controller = new AbortController();
  #movedAtMs: number;
  #cancelWake = (): void => undefined;

  constructor({ clock, limits = transferLimits }: TransferOptions) {
    this.#clock = clock;
    this.#silenceMs = limits.silenceMs;
    this.#movedAtMs = clock.steadyMs();
    this.#scheduleCheck();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Has to be called for every piece that moves. */
  moved(): void {
    this.#movedAtMs = this.#clock.steadyMs();
  }

  close(): void {
    this.#cancelWake();
  }

  #scheduleCheck(): void {
    const leftMs = (): number => this.#movedAtMs + this.#silenceMs - this.#clock.steadyMs();
    this.#cancelWake = this.#clock.wakeIn(leftMs(), () => {
      if (leftMs() > 0) this.#scheduleCheck();
      else this.#controller.abort(new Error(`nothing has moved for ${this.#silenceMs / 1_000} seconds.`));
    });
  }
}
