import { setTimeout as delay } from "node:timers/promises";
import type { RedisAdmin } from "./redis-admin.ts";

/** Redis Cluster has so many slots (cluster.h: CLUSTER_SLOTS). */
const slotCount = 16_384;

const lookMs = 25;

/** Gives the one node all slots, and waits until it serves them: two seconds after its start (cluster.c). */
export async function serveAllSlots(admin: RedisAdmin): Promise<void> {
  const missing = missingRanges(String(await admin.call("CLUSTER", "NODES")));
  if (missing.length > 0) await admin.call("CLUSTER", "ADDSLOTSRANGE", ...missing.flat().map(String));
  while (!String(await admin.call("CLUSTER", "INFO")).includes("cluster_state:ok")) {
    await delay(lookMs, undefined, { ref: false });
  }
}

/** The ranges of slots that a node does not have yet. It takes those by itself that it has loaded keys of. */
export function missingRanges(nodes: string): [first: number, last: number][] {
  const own = (/ connected(?<ranges>[ \d-]*)/.exec(nodes)?.groups?.["ranges"] ?? "").trim();
  const taken = own === "" ? [] : own.split(/ +/).map(rangeOf);
  const missing: [number, number][] = [];
  let next = 0;
  for (const [first, last] of [...taken.toSorted(([a], [b]) => a - b), [slotCount, slotCount] as const]) {
    if (next < first) missing.push([next, first - 1]);
    next = last + 1;
  }
  return missing;
}

function rangeOf(text: string): readonly [first: number, last: number] {
  const [first = "", last = first] = text.split("-");
  return [Number(first), Number(last)];
}
