import { connect } from "node:net";
import type { Socket } from "node:net";

/** What all connections read into: whatever they say is handed on, or copied, before the next of them is read. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1_024);

/** Hears what a database says. The bytes are the hearer's until it returns. */
type Hearer = (bytes: Buffer) => void;

/** A connection to a database that hands bytes on as they are read: a stream would keep a buffer for each chunk. */
export class DatabaseConnection {
  readonly socket: Socket;
  #hear: Hearer = () => undefined;

  private constructor(path: string) {
    const callback = (length: number): boolean => {
      this.#hear(readBuffer.subarray(0, length));
      return true;
    };
    this.socket = connect({ path, allowHalfOpen: true, onread: { buffer: readBuffer, callback } });
  }

  /** A connection to a unix socket; undefined when nobody listens there. */
  static dial(path: string): Promise<DatabaseConnection | undefined> {
    const { promise, resolve } = Promise.withResolvers<DatabaseConnection | undefined>();
    const connection = new DatabaseConnection(path);
    const { socket } = connection;
    socket.once("error", () => resolve(undefined));
    socket.once("connect", () => {
      socket.removeAllListeners("error");
      socket.on("error", () => socket.destroy());
      resolve(connection);
    });
    return promise;
  }

  /** Says who is to hear; what comes before that is lost, but a database speaks only when it is asked. */
  onBytes(hear: Hearer): void {
    this.#hear = hear;
  }
}
