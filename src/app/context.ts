import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { ShutdownStack } from "../kernel/shutdown.ts";
import type { Store } from "../store/store.ts";
import type { Settings } from "./settings.ts";

/** What every part of the application is started with. */
export interface AppContext {
  readonly settings: Settings;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Parts that have to be closed are added here. */
  readonly stack: ShutdownStack;
}
