import { createSocket } from "node:dgram";
import type { RemoteInfo } from "node:dgram";
import type { Closable } from "../../kernel/shutdown.ts";
import { dnsLimits } from "./dns-limits.ts";
import type { AnswerMessage } from "./tcp-listener.ts";

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
