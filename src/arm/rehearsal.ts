import type { Transaction } from "../store/store.ts";
import type { ArmResponse } from "./arm-response.ts";

/**
 * Makes a write a rehearsal: `write()` runs its unit of work as ever, rules and all, and then takes everything back. No row,
 * no operation, no activity and no notice of it is left.
 */
export interface Rehearsal {
  /** Puts in place, in the transaction that is taken back, what would be there by then: a resource group, for instance. */
  prepare(tx: Transaction, nowMs: number): Promise<void>;
}

/** How `write()` ends a rehearsal: thrown, so that the transaction is taken back and no handler goes on to act. */
export class Rehearsed extends Error {
  override readonly name = "Rehearsed";
  /** What the write would have been answered. */
  readonly response: ArmResponse;

  constructor(response: ArmResponse) {
    super("The write was only rehearsed.");
    this.response = response;
  }
}
