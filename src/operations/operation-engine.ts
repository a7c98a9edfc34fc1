import type { Clock } from "../kernel/clock.ts";
import { newUuid } from "../kernel/ids.ts";
import type { JsonObject } from "../kernel/json.ts";
import type { Log } from "../kernel/log.ts";
import type { Closable } from "../kernel/shutdown.ts";
import {
  advanceOperation,
  claimOperations,
  findOperation,
  insertOperation,
  lastOperationTimeMs,
  listActiveOperations,
  nextOperationTimeMs,
  releaseLeases,
} from "../store/operations.ts";
import type { StoredOperation } from "../store/operations.ts";
import { failureFields, type Store, type Transaction } from "../store/store.ts";
import { engineLimits, durationMs, type Timing } from "./timing.ts";
import { lastingInput, type OperationKind } from "./operation-kind.ts";
import { OperationStep } from "./operation-step.ts";

/** Work that a provider asks for. */
interface OperationRequest {
  readonly kind: string;
  readonly subscriptionKey: string;
  readonly resourceId: string;
  /** Display name of the region that the operation is reported under. */
  readonly location: string;
  readonly input: JsonObject;
}

/**
 * Carries out long-running operations. They are rows: claimed with a lease, advanced by the clock (never by being
 * polled), continued by the next process when their owner dies, and never changed once they have ended.
 */
export class OperationEngine implements Closable {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #timing: Timing;
  readonly #kinds = new Map<string, OperationKind>();
  readonly #step: OperationStep;
  readonly #owner = newUuid();
  readonly #closing = new AbortController();
  /** How much the engine's time is ahead of the clock's steady time. */
  #aheadMs = 0;
  /** How many claims in a row have failed. */
  #failedClaims = 0;
  #wake: { atMs: number; cancel: () => void } | undefined;
  readonly #running = new Set<Promise<void>>();
  readonly #completions = new Completions();

  constructor(options: { store: Store; clock: Clock; log: Log; timing: Timing }) {
    this.#store = options.store;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#timing = options.timing;
    this.#step = new OperationStep({
      store: options.store,
      clock: options.clock,
      log: options.log,
      kindOf: (name) => this.#kind(name),
      owner: this.#owner,
      closing: this.#closing.signal,
      steadyMs: () => this.#steadyMs(),
    });
  }

  /** Registers kinds of work; to be called before `start`, so that every stored operation can be carried out. */
  register(kinds: readonly OperationKind[]): void {
    for (const kind of kinds) this.#kinds.set(kind.name, kind);
  }

  /**
   * Continues what an earlier process left. On a store that no other process uses, leases of a killed process end now
   * instead of when they expire.
   */
  async start(options: { storeIsOurs: boolean }): Promise<void> {
    if (options.storeIsOurs) await this.#store.write((tx) => releaseLeases(tx));
    // The steady time begins with the time of day, which may have been set back since.
    this.#aheadMs = Math.max(0, ((await lastOperationTimeMs(this.#store)) ?? 0) - this.#clock.steadyMs());
    await this.#rearm();
  }

  /**
   * Begins work in the transaction that asks for it, and returns the operation that clients can follow. Under
   * `--timing instant` there is none, and the caller writes the end of the work itself, in this same transaction, unless
   * the kind acts on the world: that work begins as soon as the transaction is durable.
   */
  async begin(tx: Transaction, request: OperationRequest): Promise<StoredOperation | undefined> {
    const kind = this.#kind(request.kind);
    if (this.#timing.kind === "instant" && kind.work === undefined) return undefined;
    const id = newUuid();
    const steadyMs = this.#steadyMs();
    const lengthMs = durationMs(this.#timing, kind.azureDurationMs);
    const pendingMs = Math.min(engineLimits.longestPendingMs, Math.floor(lengthMs / 4));
    const nowMs = this.#clock.nowMs();
    const times = { nowMs, steadyMs, dueAtMs: steadyMs + pendingMs, finishAtMs: steadyMs + lengthMs };
    const isOurs = this.#timing.kind === "instant";
    const lease = isOurs ? { owner: this.#owner, untilMs: steadyMs + engineLimits.leaseMs } : undefined;
    const operation = await insertOperation(tx, { ...request, id, ...times, lease });
    tx.onCommit(() => (isOurs ? this.#track(this.#runAndRearm(operation)) : this.#wakeBy(times.dueAtMs)));
    return operation;
  }

  /**
   * Resolves to an operation once it has ended, or after `limitMs` to the operation as it is then. An end that another
   * process writes is seen at the limit.
   */
  async ended(id: string, limitMs: number): Promise<StoredOperation | undefined> {
    let isOver = false;
    const cancel = this.#clock.wakeIn(limitMs, () => {
      isOver = true;
      this.#completions.notify(id);
    });
    try {
      for (;;) {
        const next = this.#completions.next(id);
        const operation = await findOperation(this.#store, id);
        if (isOver || this.#closing.signal.aborted || operation?.dueAtMs === undefined) return operation;
        await next;
      }
    } finally {
      cancel();
      this.#completions.notify(id);
    }
  }

  /** Ends all operations on a resource as Canceled, because another one replaces them. Their work stops. */
  async cancelAll(tx: Transaction, resourceId: string): Promise<void> {
    const error = { code: "Canceled", message: "The operation was superseded by another operation." };
    for (const { id, kind, input: given, attempts } of await listActiveOperations(tx, resourceId)) {
      const times = { dueAtMs: undefined, nowMs: this.#clock.nowMs(), steadyMs: this.#steadyMs() };
      const input = lastingInput(this.#kinds.get(kind), given);
      await advanceOperation(tx, { id, status: "Canceled", input, error, attempts, ...times });
      tx.onCommit(() => {
        this.#step.stop(id);
        this.#track(this.#forgetSecretsOf(kind));
        this.#completions.notify(id);
      });
    }
  }

  /** Lets the current step end, and leaves the rest to the next process. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#completions.notifyAll();
    this.#wake?.cancel();
    this.#wake = undefined;
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    await this.#store.write((tx) => releaseLeases(tx, this.#owner));
  }

  /** The time of leases and due times: it neither jumps with the time of day nor goes back at a restart. */
  #steadyMs(): number {
    return this.#clock.steadyMs() + this.#aheadMs;
  }

  #kind(name: string): OperationKind {
    const kind = this.#kinds.get(name);
    if (kind === undefined) throw new Error(`No operation kind is called '${name}'.`);
    return kind;
  }

  #wakeBy(atMs: number): void {
    if (this.#closing.signal.aborted) return;
    if (this.#wake !== undefined && this.#wake.atMs <= atMs) return;
    this.#wake?.cancel();
    this.#wake = { atMs, cancel: this.#clock.wakeIn(atMs - this.#steadyMs(), () => this.#onWake()) };
  }

  #onWake(): void {
    this.#wake = undefined;
    this.#track(this.#claimAndRun());
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  async #claimAndRun(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    try {
      const claimed = await this.#claim();
      this.#failedClaims = 0;
      for (const operation of claimed) this.#track(this.#runAndRearm(operation));
      await this.#rearm();
    } catch (cause) {
      this.#claimLater(cause);
    }
  }

  /** What is due stays due while the store cannot be written, so the next claim has to wait, longer each time. */
  #claimLater(cause: unknown): void {
    if (this.#failedClaims === 0)
      this.#log.error(failureFields(cause), "Operations could not be claimed; they wait until they can.");
    const waitMs = Math.min(engineLimits.firstClaimAgainMs * 2 ** this.#failedClaims, engineLimits.sweepMs);
    this.#failedClaims += 1;
    this.#wakeBy(this.#steadyMs() + waitMs);
  }

  async #runAndRearm(operation: StoredOperation): Promise<void> {
    if (this.#closing.signal.aborted) return;
    try {
      await this.#step.run(operation);
      if (await this.#hasLeftSecrets(operation)) await this.#forgetSecretsOf(operation.kind);
    } catch (cause) {
      const fields = { ...failureFields(cause), operation: operation.id };
      this.#log.error(fields, "An operation's step could not be written.");
    }
    this.#completions.notify(operation.id);
    await this.#rearm();
  }

  #hasSecrets(kind: string): boolean {
    return this.#kinds.get(kind)?.secretInput !== undefined;
  }

  /** False while it has not ended: its row still has the secrets. */
  async #hasLeftSecrets({ id, kind }: StoredOperation): Promise<boolean> {
    return this.#hasSecrets(kind) && (await findOperation(this.#store, id))?.dueAtMs === undefined;
  }

  /** The row of an operation that has ended has no secrets; this removes earlier versions of the row from the files. */
  async #forgetSecretsOf(kind: string): Promise<void> {
    if (!this.#hasSecrets(kind)) return;
    try {
      await this.#store.forgetOverwritten();
    } catch (cause) {
      this.#log.warn({ err: cause }, "A secret of an operation that has ended may still be in the store's files.");
    }
  }

  #claim(): Promise<StoredOperation[]> {
    const steadyMs = this.#steadyMs();
    return this.#store.write((tx) =>
      claimOperations(tx, {
        nowMs: this.#clock.nowMs(),
        steadyMs,
        owner: this.#owner,
        leaseUntilMs: steadyMs + engineLimits.leaseMs,
        limit: engineLimits.claimsAtOnce,
      }),
    );
  }

  async #rearm(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const steadyMs = this.#steadyMs();
    const nextMs = await nextOperationTimeMs(this.#store, steadyMs);
    this.#wakeBy(Math.min(nextMs ?? Number.POSITIVE_INFINITY, steadyMs + engineLimits.sweepMs));
  }
}

/** Notifies those who wait for an operation that something happened to it in this process; they read the store for what. */
class Completions {
  readonly #awaited = new Map<string, PromiseWithResolvers<void>>();

  /** Resolves at the next notification about an operation. */
  next(id: string): Promise<void> {
    const known = this.#awaited.get(id) ?? Promise.withResolvers<void>();
    this.#awaited.set(id, known);
    return known.promise;
  }

  notify(id: string): void {
    this.#awaited.get(id)?.resolve();
    this.#awaited.delete(id);
  }

  notifyAll(): void {
    for (const id of this.#awaited.keys()) this.notify(id);
  }
}
