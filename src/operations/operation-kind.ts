import type { JsonObject } from "../kernel/json.ts";
import type { OperationError } from "../store/operations.ts";
import type { Transaction } from "../store/store.ts";

/** What a kind's handlers get of the operation that they carry out. */
export interface OperationSubject {
  readonly id: string;
  readonly resourceId: string;
  readonly input: JsonObject;
}

/** One kind of long-running work. Handlers may run more than once for one operation, so each must be idempotent. */
export interface OperationKind {
  /** Unique and stable: it is stored. */
  readonly name: string;
  /** How long Azure takes, for `--timing azure`. */
  readonly azureDurationMs: number;
  /** The fields of the input that are secret: they are removed as soon as the operation has ended in any way. */
  readonly secretInput?: readonly string[];
  /** Writes the end of the work, in the transaction of the operation's own end. */
  succeed(tx: Transaction, subject: OperationSubject): Promise<void>;
  /** Writes that the work failed, in the transaction of the operation's own end. */
  fail(tx: Transaction, subject: OperationSubject, error: OperationError): Promise<void>;
  /** Acts on the world before `succeed`, outside any transaction. Stops at the signal, after which its end is not written. */
  work?(subject: OperationSubject, signal: AbortSignal): Promise<void>;
}

/** The part of an operation's input that stays stored after its end. */
export const lastingInput = (kind: OperationKind | undefined, input: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(input).filter(([name]) => kind?.secretInput?.includes(name) !== true));

/** Thrown by a handler when the work cannot succeed however often it is tried. */
export class OperationFailure extends Error {
  readonly code: string;

  constructor(error: OperationError) {
    super(error.message);
    this.name = "OperationFailure";
    this.code = error.code;
  }
}
