import type { RedisAdmin } from "../redis/redis-admin.ts";

/** Removes every key; the memory is given back in the background. */
export async function flushKeys(admin: RedisAdmin): Promise<void> {
  await admin.call("FLUSHALL", "ASYNC");
}
