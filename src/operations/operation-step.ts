import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import { advanceOperation, findOperation, renewLease } from "../store/operations.ts";
import type { OperationError, StoredOperation } from "../store/operations.ts";
import type { OperationStatus } from "../store/schema.ts";
import type { Queryable, Store, Transaction } from "../store/store.ts";
import { engineLimits } from "./timing.ts";
import { lastingInput, OperationFailure, type OperationKind } from "./operation-kind.ts";

interface StepOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** @throws when there is no such kind */
  readonly kindOf: (name: string) => OperationKind;
  readonly owner: string;
  /** Aborted when the engine closes: work stops, and its lease is given back. */
  readonly closing: AbortSignal;
  /** The engine's time. */
  readonly steadyMs: () => number;
}

interface OperationEnd {
  readonly status: "Succeeded" | "Failed";
  /** Writes the resource's end. */
  readonly write: (tx: Transaction) => Promise<void>;
  readonly error?: OperationError;
}

interface RunningStep {
  readonly id: string;
  readonly stop: AbortController;
}

/** Takes a claimed operation one step further: Pending → InProgress when its time has not come, else to its end. */
export class OperationStep {
  readonly #options: StepOptions;
  /** The steps that are running, and what stops them. */
  readonly #running = new Set<RunningStep>();

  constructor(options: StepOptions) {
    this.#options = options;
  }

  /** Resolves when the step is written; rejects only when the store does. */
  async run(operation: StoredOperation): Promise<void> {
    const { kindOf, closing, steadyMs } = this.#options;
    if (steadyMs() < operation.finishAtMs) {
      await this.#move(operation, { status: "InProgress", dueAtMs: operation.finishAtMs, attempts: 0 });
      return;
    }
    const kind = kindOf(operation.kind);
    const step = { id: operation.id, stop: new AbortController() };
    this.#running.add(step);
    try {
      await this.#work(kind, operation, step.stop);
      await this.#end(operation, kind, { status: "Succeeded", write: (tx) => kind.succeed(tx, operation) });
    } catch (cause) {
      // Its end is written by what stopped it.
      if (closing.aborted || step.stop.signal.aborted) return;
      await this.#failOrRetry(kind, operation, cause);
    } finally {
      this.#running.delete(step);
    }
  }

  /** Stops the work on an operation that was ended elsewhere, if it is done here. */
  stop(id: string): void {
    for (const step of this.#running) if (step.id === id) step.stop.abort();
  }

  async #failOrRetry(kind: OperationKind, operation: StoredOperation, cause: unknown): Promise<void> {
    const { log, steadyMs } = this.#options;
    if (!(cause instanceof OperationFailure) && operation.attempts < engineLimits.attempts) {
      log.warn({ err: cause, operation: operation.id, attempts: operation.attempts }, "An operation is tried again.");
      const dueAtMs = steadyMs() + engineLimits.firstRetryMs * 2 ** (operation.attempts - 1);
      await this.#move(operation, { status: "InProgress", dueAtMs, attempts: operation.attempts });
      return;
    }
    if (!(cause instanceof OperationFailure))
      log.error({ err: cause, operation: operation.id }, "An operation failed.");
    const error = toOperationError(cause);
    await this.#end(operation, kind, { status: "Failed", write: (tx) => kind.fail(tx, operation, error), error });
  }

  async #move(
    operation: StoredOperation,
    to: { status: OperationStatus; dueAtMs: number; attempts: number },
  ): Promise<void> {
    await this.#options.store.write(async (tx) => {
      if (await this.#isOurs(tx, operation.id)) {
        await advanceOperation(tx, { id: operation.id, ...to, ...this.#times });
      }
    });
  }

  /** Writes the resource's end and the operation's together, unless it was ended or its lease taken meanwhile. */
  async #end({ id, input, attempts }: StoredOperation, kind: OperationKind, end: OperationEnd): Promise<void> {
    const { write, ...outcome } = end;
    await this.#options.store.write(async (tx) => {
      if (!(await this.#isOurs(tx, id))) return;
      await write(tx);
      const ended = { ...outcome, input: lastingInput(kind, input), dueAtMs: undefined, attempts };
      await advanceOperation(tx, { id, ...ended, ...this.#times });
    });
  }

  get #times(): { nowMs: number; steadyMs: number } {
    return { nowMs: this.#options.clock.nowMs(), steadyMs: this.#options.steadyMs() };
  }

  async #isOurs(from: Queryable, id: string): Promise<boolean> {
    const current = await findOperation(from, id);
    return current?.dueAtMs !== undefined && current.leaseOwner === this.#options.owner;
  }

  async #work(kind: OperationKind, operation: StoredOperation, stop: AbortController): Promise<void> {
    if (kind.work === undefined) return;
    // It may have been cancelled between its claim and this step.
    if (!(await this.#isOurs(this.#options.store, operation.id))) return;
    const signal = AbortSignal.any([this.#options.closing, stop.signal]);
    signal.throwIfAborted();
    const cancelRenewal = this.#keepLease(operation.id, stop);
    try {
      await kind.work(operation, signal);
    } finally {
      cancelRenewal();
    }
  }

  #keepLease(id: string, stop: AbortController): () => void {
    const { store, clock, owner, log, steadyMs } = this.#options;
    let cancel = (): void => undefined;
    const renew = async (): Promise<void> => {
      const now = steadyMs();
      const lease = { id, owner, leaseUntilMs: now + engineLimits.leaseMs, steadyMs: now };
      if (!(await store.write((tx) => renewLease(tx, lease)))) stop.abort();
    };
    const arm = (): void => {
      cancel = clock.wakeIn(engineLimits.renewMs, () => {
        arm();
        renew().catch((cause: unknown) => log.warn({ err: cause, operation: id }, "A lease could not be renewed."));
      });
    };
    arm();
    return () => cancel();
  }
}

function toOperationError(cause: unknown): OperationError {
  if (cause instanceof OperationFailure) return { code: cause.code, message: cause.message };
  return { code: "OperationFailed", message: "The operation failed." };
}
