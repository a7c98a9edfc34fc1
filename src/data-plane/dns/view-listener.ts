import { createSocket, type RemoteInfo } from "node:dgram";
import { codeOf } from "../../kernel/errors.ts";
import type { Closable } from "../../kernel/shutdown.ts";
import { stableHash, type AddressScheme } from "../addresses.ts";
import { dnsLimits } from "../limits.ts";
import { publicViewKey } from "./dns-views.ts";
import { TcpListener, type AnswerMessage } from "./tcp-listener.ts";

/** A resolver for one view, over UDP and TCP at one port. */
export interface ViewListener extends Closable {
  readonly address: string;
  readonly port: number;
}

interface ViewPlace {
  readonly scheme: AddressScheme;
  /** Different for each data directory. */
  readonly seed: string;
  readonly key: string;
  /** 0 takes any free one. */
  readonly port: number;
}

const maxAttempts = 20;

/** Serves a view at the first place that is free. @throws when none is, or the port may not be used */
export async function listenForView(place: ViewPlace, answer: AnswerMessage): Promise<ViewListener> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await listen(viewAddress(place, attempt), answer);
    } catch (cause) {
      if (codeOf(cause) !== "EADDRINUSE" || attempt === maxAttempts) throw cause;
    }
  }
}

/** 127.68.0.0/16 belongs to resolvers; 127.67.0.0/16 to paths. */
const viewNetwork = "127.68";
const firstPort = 40_000;
const portCount = 9_000;

/**
 * Where a view may be served: the nth choice, the same on every start of one data directory. Where all views share an
 * address, each has a port of its own, except the public one, which has the given port.
 */
function viewAddress({ scheme, seed, key, port }: ViewPlace, attempt: number): { address: string; port: number } {
  const hash = stableHash(seed, key) + attempt;
  if (scheme === "ports") {
    return { address: "127.0.0.1", port: key === publicViewKey ? port : firstPort + (hash % portCount) };
  }
  const index = hash % (256 * 254);
  return { address: `${viewNetwork}.${Math.floor(index / 254)}.${(index % 254) + 1}`, port };
}

async function listen(
  { address, port }: { address: string; port: number },
  answer: AnswerMessage,
): Promise<ViewListener> {
  const tcp = new TcpListener(answer);
  const udp = new UdpListener(answer);
  const close = async (): Promise<void> => {
    await Promise.all([tcp.close(), udp.close()]);
  };
  try {
    const chosen = await tcp.listen({ address, port });
    await udp.listen({ address, port: chosen });
    return { address, port: chosen, close };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** Answers over UDP. Too many queries at once, and answers that cannot be sent, are lost, as on any network. */
class UdpListener implements Closable {
  readonly #socket = createSocket("udp4");
  readonly #answer: AnswerMessage;
  #inProgress = 0;
  #isClosed = false;

  constructor(answer: AnswerMessage) {
    this.#answer = answer;
    this.#socket.on("message", (message, from) => void this.#onMessage(message, from));
  }

  /** @throws when the port is not available */
  listen({ address, port }: { address: string; port: number }): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#socket.once("error", reject);
    this.#socket.bind({ address, port, exclusive: true }, () => {
      this.#socket.off("error", reject);
      this.#socket.on("error", () => undefined); // The client asks again.
      resolve();
    });
    return promise;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  async #onMessage(message: Buffer, { address, port }: RemoteInfo): Promise<void> {
    if (port === 0 || this.#inProgress >= dnsLimits.udpQueries) return;
    this.#inProgress += 1;
    try {
      const answer = await this.#answer(message, "udp");
      if (answer === undefined || this.#isClosed) return;
      this.#socket.send(answer, port, address, () => undefined); // The client may have gone.
    } finally {
      this.#inProgress -= 1;
    }
  }
}
