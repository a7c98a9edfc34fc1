import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { RedisAdmin } from "./redis-admin.ts";

/** Addresses for documentation, which no machine has (RFC 5737 §3, RFC 3849 §2). */
const documentationAddresses = ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1"] as const;

/**
 * An address that this machine does not have. A clustered server always has a cluster bus, which listens on TCP and
 * requires no password: anybody who reaches it can take over the database. A server that is configured to listen at such an
 * address, if it can (redis.conf: bind, "-"), opens no bus at all, and a single node needs none.
 * @throws when the machine has all of them, or lets programs listen at addresses that it does not have
 */
export async function unassignedAddress(candidates: readonly string[] = documentationAddresses): Promise<string> {
  for (const address of candidates) if (!(await canBind(address))) return address;
  throw new Error(
    "Redis's cluster bus cannot be closed: this machine has every address that would close it, or lets programs " +
      `listen at addresses that it does not have (net.ipv4.ip_nonlocal_bind): ${candidates.join(", ")}.`,
  );
}

/** Tried with UDP, so that nothing listens on TCP meanwhile. */
async function canBind(address: string): Promise<boolean> {
  const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
  try {
    const bound = once(socket, "listening");
    socket.bind({ address, port: 0, exclusive: true });
    await bound;
    return true;
  } catch {
    return false;
  } finally {
    await closed(socket);
  }
}

function closed(socket: ReturnType<typeof createSocket>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  try {
    socket.close(resolve);
  } catch {
    resolve(); // It was never open.
  }
  return promise;
}

/** How many slots a Redis Cluster has (cluster.h: CLUSTER_SLOTS). */
const slotCount = 16_384;

const pollIntervalMs = 25;

/** Gives the one node all slots, and waits until it serves them: two seconds after its start (cluster.c). */
export async function serveAllSlots(admin: RedisAdmin): Promise<void> {
  const missing = missingRanges(String(await admin.call("CLUSTER", "NODES")));
  if (missing.length > 0) await admin.call("CLUSTER", "ADDSLOTSRANGE", ...missing.flat().map(String));
  while (!String(await admin.call("CLUSTER", "INFO")).includes("cluster_state:ok")) {
    await delay(pollIntervalMs, undefined, { ref: false });
  }
}

/** The ranges of slots that a node does not have yet. It takes the slots of keys that it has loaded by itself. */
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
