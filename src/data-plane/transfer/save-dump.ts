import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { RedisAdmin } from "../redis/redis-admin.ts";
import { dumpFile } from "../redis/redis-run.ts";

const lookMs = 20;

/** Has the server write a dump in the background, so that clients go on, and copies it to `path`. */
export async function saveDump(
  { admin, folder }: { admin: RedisAdmin; folder: string },
  path: string,
  signal: AbortSignal,
): Promise<void> {
  await saveInBackground(admin, signal);
  await copyFile(join(folder, dumpFile), path);
}

/** Has the server write a dump of what it has now. @throws when it cannot, or the signal comes first. */
export async function saveInBackground(admin: RedisAdmin, signal: AbortSignal): Promise<void> {
  // SCHEDULE: when a rewrite is under way it comes after that.
  await admin.call("BGSAVE", "SCHEDULE");
  for (;;) {
    const info = String(await admin.call("INFO", "persistence"));
    if (info.includes("rdb_bgsave_in_progress:0") && !info.includes("rdb_bgsave_scheduled:1")) {
      if (!info.includes("rdb_last_bgsave_status:ok")) throw new Error("Redis could not write a dump.");
      return;
    }
    await delay(lookMs, undefined, { signal });
  }
}
