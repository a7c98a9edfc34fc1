import type { Closable } from "../../kernel/shutdown.ts";

/** The user that we are to our servers. */
export const adminUser = "cuprite";

/** A connection to a Redis server that may do everything. It comes back by itself as long as the server lives. */
export interface RedisAdmin extends Closable {
  /** Answers when the server has taken our connection; it may still be loading its data. Never fails. */
  readonly connected: Promise<void>;
  /** Sends one command and answers its reply. @throws the server's own error. */
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** Connects to a server that may still be starting; answers once it has loaded its data. */
export async function connectAdmin(options: { socketPath: string; password: string }): Promise<RedisAdmin> {
  // Loaded only when there is a server to talk to: it takes as long as the rest of a start.
  const { Redis } = await import("ioredis");
  const client = new Redis({
    path: options.socketPath,
    username: adminUser,
    password: options.password,
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => Math.min(attempt * 5, 100),
  });
  // Whoever has asked for something hears of a failure; between questions it only means that we connect again.
  client.on("error", () => undefined);
  const connected = new Promise<void>((resolve) => client.once("connect", () => resolve()));
  const ready = new Promise<void>((resolve) => client.once("ready", () => resolve()));
  client.connect().catch(() => undefined); // It goes on trying: `ready` tells when it got through.
  return {
    connected,
    call: async (command, ...args) => {
      await ready;
      return await client.call(command, ...args);
    },
    async close() {
      client.disconnect();
    },
  };
}
