import { setTimeout as delay } from "node:timers/promises";
import { readKeys } from "../support/server.ts";
import { enter, type Door } from "./door.ts";
import { randomOf, type Soak } from "./soak.ts";

/**
 * Regenerates the keys of a database until the soak stops. Every time the new key has to let in, and the one before to
 * be refused; on a connection that was there already, as both are tried on it.
 */
export async function regenerateKeys(soak: Soak, cluster: string, door: Door): Promise<void> {
  const { report, stopping, server } = soak;
  const random = randomOf(soak, "regenerate keys");
  const client = await enter(door);
  const isTaken = (key: string): Promise<boolean> =>
    client.auth(key).then(
      () => true,
      (cause: unknown) => {
        if (cause instanceof Error && cause.message.startsWith("WRONGPASS")) return false;
        throw cause;
      },
    );
  try {
    while (!stopping.aborted) {
      const keyType = random.pick(["Primary", "Secondary"]);
      const nameOfKey = keyType === "Primary" ? "primaryKey" : "secondaryKey";
      const before = await readKeys(server.arm, cluster);
      await server.arm("POST", `${cluster}/databases/default/regenerateKey`, { keyType });
      const after = await readKeys(server.arm, cluster);
      if (!(await becomesTrue(() => isTaken(after[nameOfKey])))) report.violated(`a new ${keyType} key was refused`);
      if (await isTaken(before[nameOfKey])) report.violated(`a ${keyType} key was taken after it was regenerated`);
      report.counts.keysRegenerated += 1;
      await delay(random.between(200, 1_500));
    }
  } catch (cause) {
    report.violated(`keys could not be regenerated: ${String(cause)}`);
  }
  client.disconnect();
}

async function becomesTrue(isTrue: () => Promise<boolean>): Promise<boolean> {
  const deadlineMs = performance.now() + 5_000;
  while (performance.now() < deadlineMs) {
    if (await isTrue()) return true;
    await delay(5);
  }
  return false;
}
