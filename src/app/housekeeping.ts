import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Closable } from "../kernel/shutdown.ts";
import { forgetActivitiesBefore } from "../store/activities.ts";
import { forgetOperationsBefore } from "../store/operations.ts";
import type { Store } from "../store/store.ts";

const dayMs = 86_400_000;

/** How long records of the past are kept. */
const retentionMs = {
  /** As Azure's activity log. */
  activities: 90 * dayMs,
  /** Clients ask for an operation's result within minutes of its end. */
  operations: 7 * dayMs,
} as const;

const everyMs = 3_600_000;

/** Removes old rows once an hour, first an hour after the start. */
export function startHousekeeping({ store, clock, log }: { store: Store; clock: Clock; log: Log }): Closable {
  let cancel = (): void => undefined;
  let cleaning = Promise.resolve();
  const clean = async (): Promise<void> => {
    const nowMs = clock.nowMs();
    try {
      await store.write((tx) => forgetActivitiesBefore(tx, nowMs - retentionMs.activities));
      await store.write((tx) => forgetOperationsBefore(tx, nowMs - retentionMs.operations));
    } catch (cause) {
      log.warn({ err: cause }, "Old rows could not be removed; the next try is in an hour.");
    }
  };
  const arm = (): void => {
    cancel = clock.wakeIn(everyMs, () => {
      cleaning = clean();
      arm();
    });
  };
  arm();
  return {
    async close() {
      cancel();
      await cleaning;
    },
  };
}
