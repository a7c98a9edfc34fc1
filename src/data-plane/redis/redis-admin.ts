import { createHash } from "node:crypto";
import { orAborted, type Closable } from "../../kernel/shutdown.ts";

/** The user that clients are before they name one, and with access keys. */
export const defaultUser = "default";

/** The user that we are to our servers. */
const adminUser = "cuprite";

/** SHA-256 in hexadecimal, which is how Redis keeps passwords. */
export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The lines of a server's configuration that let us log in with a password, and for the time being nobody else. */
export const adminLines = (password: string): readonly string[] => [
  `user ${defaultUser} off`,
  `user ${adminUser} on #${sha256(password)} ~* &* +@all`,
];

/** A connection to a Redis server that may do everything. It reconnects by itself until it is closed. */
export interface RedisAdmin extends Closable {
  /** Resolves when the server has accepted our connection; it may still be loading its data. Never rejects. */
  readonly connected: Promise<void>;
  /** Sends one command and resolves with its reply. @throws the server's own error, or another when this is closed before. */
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** A connection to a server that may still be starting; a call waits until the server has loaded its data. */
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
  // A call that fails rejects by itself; between calls an error only means that the client reconnects.
  client.on("error", () => undefined);
  const connected = new Promise<void>((resolve) => client.once("connect", () => resolve()));
  const ready = new Promise<void>((resolve) => client.once("ready", () => resolve()));
  client.connect().catch(() => undefined); // It goes on trying, and `ready` resolves when it has succeeded.
  // The client never settles a call that was made while it was about to reconnect.
  const closing = new AbortController();
  return {
    connected,
    call: (command, ...args) =>
      orAborted(
        ready.then(() => client.call(command, ...args)),
        closing.signal,
      ).catch(rethrowWithoutCommand),
    async close() {
      closing.abort(new Error("The connection to the Redis server was closed."));
      client.disconnect();
    },
  };
}

/** The client's errors carry the command with its arguments, which may be passwords, and errors may be logged. */
function rethrowWithoutCommand(cause: unknown): never {
  if (cause instanceof Error && "command" in cause) delete cause.command;
  throw cause;
}
