import { connect, type Socket } from "node:net";

/**
 * The most bytes of one read. A value of 64 KiB comes with what frames it in one read: with the few bytes after it in
 * another, they would be copied together once more before they are encrypted.
 */
export const readBytes = 128 * 1_024;

/** What all connections read into: the bytes of a read are passed on or copied before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(readBytes);

/** Gets the bytes of one read, which it may use until it returns. */
type BytesListener = (bytes: Buffer) => void;

/** A connection to a database that passes bytes on as they are read: a stream would keep a buffer for each chunk. */
export class DatabaseConnection {
  readonly socket: Socket;
  #listener: BytesListener = () => undefined;

  private constructor(path: string) {
    const callback = (length: number): boolean => {
      this.#listener(readBuffer.subarray(0, length));
      return true;
    };
    this.socket = connect({ path, allowHalfOpen: true, onread: { buffer: readBuffer, callback } });
    this.socket.pause();
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

  /** Begins to read, for the listener. Nothing is read before, not even the end. */
  onBytes(listener: BytesListener): void {
    this.#listener = listener;
    this.socket.resume();
  }
}
