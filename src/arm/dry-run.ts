import type { Transaction } from "../store/store.ts";
import type { ArmResponse } from "./resource-type.ts";

/**
 * Makes a write a dry run: `write()` runs its unit of work with all of its rules and rolls the transaction back. No row,
 * operation, activity or notice of it remains.
 */
export interface DryRun {
  /** Writes, in the same transaction, what will exist by then: a resource group, for instance. */
  prepare(tx: Transaction, nowMs: number): Promise<void>;
}

/** How `write()` ends a dry run: thrown, so that the transaction is rolled back and no handler continues. */
export class DryRunEnded extends Error {
  override readonly name = "DryRunEnded";
  /** The response that the write would have got. */
  readonly response: ArmResponse;

  constructor(response: ArmResponse) {
    super("The write was a dry run.");
    this.response = response;
  }
}
