import type { KeptBodies } from "../arm/kept-bodies.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { OperationEngine } from "../operations/operation-engine.ts";
import type { Timing } from "../operations/timing.ts";
import type { Store } from "../store/store.ts";

/** What every provider works with. */
export interface ProviderServices {
  readonly store: Store;
  readonly keptBodies: KeptBodies;
  readonly clock: Clock;
  readonly log: Log;
  readonly timing: Timing;
  readonly operations: OperationEngine;
}
