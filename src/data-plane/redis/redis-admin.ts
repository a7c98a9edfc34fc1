import { createHash } from "node:crypto";
import type { Closable } from "../../kernel/shutdown.ts";
import { RedisConnection } from "./redis-connection.ts";

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
export const connectAdmin = (options: { socketPath: string; password: string }): RedisAdmin =>
  new RedisConnection({ ...options, username: adminUser });
