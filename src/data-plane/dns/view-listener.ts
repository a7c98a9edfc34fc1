import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import type { RemoteInfo } from "node:dgram";
import type { Closable } from "../../kernel/shutdown.ts";
import type { AddressScheme } from "../addresses.ts";
import { dnsLimits } from "../limits.ts";
import { TcpListener } from "./tcp-listener.ts";
import type { AnswerMessage } from "./tcp-listener.ts";

/** A view that is served, over UDP and TCP at one port. */
export interface ViewListener extends Closable {
  readonly address: string;
  readonly port: number;
}

interface ListenOptions {
  readonly scheme: AddressScheme;
  /** Tells data directories apart. */
  readonly seed: string;
  readonly key: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly answer: AnswerMessage;
}

const attempts = 20;

/** Serves a view at the first place that is free. @throws when none is, or the port may not be had. */
export async function listenForView(options: ListenOptions): Promise<ViewListener> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await listenAt(viewAddress(options.scheme, { ...options, attempt }), options.answer);
    } catch (cause) {
      const isInUse = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
      if (!isInUse || attempt === attempts) throw cause;
    }
  }
}

async function listenAt(
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

/** Answers over UDP. More than can be worked on at once, and what cannot be sent, is lost, as it may be on any network. */
export class UdpListener implements Closable {
  readonly #socket = createSocket("udp4");
  readonly #answer: AnswerMessage;
  #underWay = 0;
  #isClosed = false;

  constructor(answer: AnswerMessage) {
    this.#answer = answer;
    this.#socket.on("message", (message, from) => void this.#onMessage(message, from));
  }

  /** @throws when the port cannot be had. */
  listen({ address, port }: { address: string; port: number }): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#socket.once("error", reject);
    this.#socket.bind({ address, port, exclusive: true }, () => {
      this.#socket.off("error", reject);
      this.#socket.on("error", () => undefined); // What could not be received is asked again.
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
    if (port === 0 || this.#underWay >= dnsLimits.udpQueries) return;
    this.#underWay += 1;
    try {
      const answer = await this.#answer(message, "udp");
      if (answer === undefined || this.#isClosed) return;
      this.#socket.send(answer, port, address, () => undefined); // Whoever has gone does not wait for it.
    } finally {
      this.#underWay -= 1;
    }
  }
}

/** 127.68.0.0/16 belongs to resolvers; 127.67.0.0/16 to paths. */
const viewNetwork = "127.68";
const firstPort = 40_000;
const portCount = 9_000;

/**
 * Where a view may be served: the nth choice, the same on every start of one data directory. Where all views share an
 * address, each has a port of its own but the first, which has the one that was asked for.
 */
export function viewAddress(
  scheme: AddressScheme,
  view: { seed: string; key: string; attempt: number; port: number },
): { address: string; port: number } {
  const { seed, key, attempt, port } = view;
  const hash = createHash("sha256").update(`${seed}\n${key}`).digest().readUInt32BE(0) + attempt;
  if (scheme === "ports") {
    return { address: "127.0.0.1", port: key === publicViewKey ? port : firstPort + (hash % portCount) };
  }
  const index = hash % (256 * 254);
  return { address: `${viewNetwork}.${Math.floor(index / 254)}.${(index % 254) + 1}`, port };
}

/** The key of the view that no network has. */
export const publicViewKey = "";
