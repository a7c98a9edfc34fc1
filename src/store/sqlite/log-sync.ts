import { fdatasync, openSync, closeSync } from "node:fs";
import { promisify } from "node:util";

const fdatasyncOf = promisify(fdatasync);

/**
 * Brings a database's write-ahead log to the disk on another thread, while the event loop goes on. One sync serves
 * everybody who asked before it began; who asks during it waits for the next.
 */
export class LogSync {
  readonly #file: string;
  #descriptor: number | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** The log exists from the first commit on and keeps its place until the last connection closes. */
  constructor(databaseFile: string) {
    this.#file = `${databaseFile}-wal`;
  }

  /** Answers when everything that was committed before the call is on the disk. */
  sync(): Promise<void> {
    if (this.#running === undefined) return this.#run();
    this.#next ??= this.#running.then(
      () => this.#run(),
      () => this.#run(),
    );
    return this.#next;
  }

  /** Gives the file back; to be called when no sync is under way. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #run(): Promise<void> {
    this.#next = undefined;
    this.#descriptor ??= openSync(this.#file, "r");
    const running = fdatasyncOf(this.#descriptor).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}
