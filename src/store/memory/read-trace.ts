/** What somebody has read of the store; it is not current any more once that has changed, or may have. */
export interface Reading {
  isCurrent: boolean;
}

/** All that was read of the store to make something, so that it can be kept until one of these readings is outdated. */
export class ReadTrace {
  readonly #readings: Reading[] = [];
  readonly #shared: ReadTrace | undefined;
  #isComplete = true;

  /** @param shared What was read for this and for something else. */
  constructor(shared?: ReadTrace) {
    this.#shared = shared;
  }

  /** How many readings were added, without those that are shared. */
  get size(): number {
    return this.#readings.length;
  }

  add(reading: Reading): void {
    this.#readings.push(reading);
  }

  /** Notes that something was read whose changes are not known. */
  addUnknown(): void {
    this.#isComplete = false;
  }

  /** Whether what was made would be made the same now; false too when that is not known. */
  get isCurrent(): boolean {
    if (!this.#isComplete) return false;
    for (const { isCurrent } of this.#readings) if (!isCurrent) return false;
    return this.#shared?.isCurrent ?? true;
  }
}
