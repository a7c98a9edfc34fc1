import { connect, type Socket } from "node:net";
import type { Closable } from "../../kernel/shutdown.ts";
import { redisLimits } from "../limits.ts";
import { encodeCommand, RedisError, ReplyReader, type Reply } from "./redis-replies.ts";

/** A command that has no reply yet. */
interface PendingCall {
  readonly command: readonly string[];
  readonly resolve: (reply: Reply) => void;
  readonly reject: (cause: Error) => void;
}

/**
 * A connection to a Redis server's Unix socket, which reconnects until it is closed. Commands wait while there is no
 * connection and while the server loads its data. One that has no reply when the connection is lost is sent again.
 */
export class RedisConnection implements Closable {
  readonly #options: { socketPath: string; username: string; password: string };
  readonly #firstConnect = Promise.withResolvers<void>();
  /** In the order in which they are sent: the next reply is the first one's, once the server is ready. */
  #calls: PendingCall[] = [];
  #socket: Socket | undefined;
  #state: "connecting" | "authenticating" | "loading" | "ready" | "closed" = "connecting";
  #attempts = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { socketPath: string; username: string; password: string }) {
    this.#options = options;
    this.#connect();
  }

  /** Resolves when the server has accepted the first connection. Never rejects. */
  get connected(): Promise<void> {
    return this.#firstConnect.promise;
  }

  /** Resolves to the reply. @throws RedisError as the server replies it, or another error when this is closed before */
  call(...command: readonly string[]): Promise<Reply> {
    if (this.#state === "closed") return Promise.reject(closedError());
    return new Promise((resolve, reject) => {
      this.#calls.push({ command, resolve, reject });
      if (this.#state === "ready") this.#socket?.write(encodeCommand(command));
    });
  }

  async close(): Promise<void> {
    this.#state = "closed";
    clearTimeout(this.#timer);
    this.#socket?.destroy();
    for (const { reject } of this.#calls.splice(0)) reject(closedError());
  }

  #connect(): void {
    const { socketPath, username, password } = this.#options;
    const socket = connect(socketPath);
    const reader = new ReplyReader();
    this.#socket = socket;
    this.#state = "connecting";
    socket.once("connect", () => {
      this.#firstConnect.resolve();
      this.#state = "authenticating";
      socket.write(encodeCommand(["AUTH", username, password]));
    });
    socket.on("data", (chunk: Buffer) => {
      try {
        for (const reply of reader.read(chunk)) this.#take(reply, socket);
      } catch {
        socket.destroy(); // It is not Redis, or not in step.
      }
    });
    socket.on("error", () => undefined); // "close" follows.
    socket.once("close", () => this.#reconnect());
  }

  #take(reply: Reply, socket: Socket): void {
    switch (this.#state) {
      case "authenticating":
        if (reply instanceof RedisError) return void socket.destroy();
        this.#state = "loading";
        return void socket.write(encodeCommand(["PING"]));
      case "loading":
        if (reply instanceof RedisError && reply.message.startsWith("LOADING ")) {
          this.#timer = setTimeout(() => socket.write(encodeCommand(["PING"])), redisLimits.loadingPollMs);
          return undefined;
        }
        this.#state = "ready";
        this.#attempts = 0;
        for (const { command } of this.#calls) socket.write(encodeCommand(command));
        return undefined;
      case "ready":
        return this.#settle(reply);
      case "connecting":
      case "closed":
        return undefined; // A reply that was on its way when the connection was closed.
    }
  }

  #settle(reply: Reply): void {
    const call = this.#calls.shift();
    if (reply instanceof RedisError) call?.reject(reply);
    else call?.resolve(reply);
  }

  #reconnect(): void {
    if (this.#state === "closed") return;
    clearTimeout(this.#timer);
    this.#state = "connecting";
    this.#attempts += 1;
    const waitMs = Math.min(this.#attempts * redisLimits.firstRedialMs, redisLimits.longestRedialMs);
    this.#timer = setTimeout(() => this.#connect(), waitMs);
  }
}

const closedError = (): Error => new Error("The connection to the Redis server was closed.");
