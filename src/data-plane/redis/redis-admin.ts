import { orAborted } from "../../kernel/or-aborted.ts";
import type { Closable } from "../../kernel/shutdown.ts";
import { sha256 } from "./acl.ts";

/** The user that we are to our servers. */
const adminUser = "cuprite";

/** The lines of a server's configuration that let us in with a password, and for the time being nobody else. */
export const adminLines = (password: string): readonly string[] => [
  "user default off",
  `user ${adminUser} on #${sha256(password)} ~* &* +@all`,
];

/** A connection to a Redis server that may do everything. It comes back by itself until it is closed. */
export interface RedisAdmin extends Closable {
  /** Answers when the server has taken our connection; it may still be loading its data. Never fails. */
  readonly connected: Promise<void>;
  /** Sends one command and answers its reply. @throws the server's own error, or another when this is closed before. */
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
  // The client leaves without an answer what was asked while it was about to connect again.
  const closing = new AbortController();
  return {
    connected,
    call: (command, ...args) =>
      orAborted(
        ready.then(() => client.call(command, ...args)),
        closing.signal,
      ).catch(withoutCommand),
    async close() {
      closing.abort(new Error("The connection to the Redis server was closed."));
      client.disconnect();
    },
  };
}

/** The client's errors carry the command with its arguments, which may be somebody's passwords; they may be logged. */
function withoutCommand(cause: unknown): never {
  if (cause instanceof Error && "command" in cause) delete cause.command;
  throw cause;
}
