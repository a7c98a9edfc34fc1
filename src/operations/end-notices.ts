/** Tells those who wait that something has happened to an operation in this process; what it was, they look up. */
export class EndNotices {
  readonly #awaited = new Map<string, PromiseWithResolvers<void>>();

  /** Answers at the next notice about an operation. */
  of(id: string): Promise<void> {
    const known = this.#awaited.get(id);
    if (known !== undefined) return known.promise;
    const notice = Promise.withResolvers<void>();
    this.#awaited.set(id, notice);
    return notice.promise;
  }

  give(id: string): void {
    this.#awaited.get(id)?.resolve();
    this.#awaited.delete(id);
  }

  giveAll(): void {
    for (const id of this.#awaited.keys()) this.give(id);
  }
}
