import { setTimeout as delay } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { SeededRandom } from "../../test/support/seeded-random.ts";
import type { WriteLedger } from "./write-ledger.ts";

/** What a client works with. */
export interface Work {
  readonly ledger: WriteLedger;
  readonly random: SeededRandom;
  readonly stopping: AbortSignal;
  readonly onWrite: () => void;
  readonly onBigRead: () => void;
  readonly violated: (sentence: string) => void;
}

/** What a client does until it is to stop. @throws as soon as a command fails. */
export type Load = (client: Redis, work: Work) => Promise<void>;

const pipelineLength = 16;

/** Bytes of a big value. */
const bigLength = 1_024 ** 2;

export const loadNames = ["single", "pipelined", "big"] as const;

export type LoadName = (typeof loadNames)[number];

/** How many keys a load writes in turn, and the length of their values in bytes. */
export interface LedgerShape {
  readonly keys: number;
  readonly valueLength: number;
}

export const loadShapes = {
  single: { keys: 500, valueLength: 100 },
  pipelined: { keys: 800, valueLength: 1_000 },
  big: { keys: 2, valueLength: bigLength },
} as const satisfies Record<LoadName, LedgerShape>;

/** One write after the other. */
const single: Load = async (client, { ledger, random, stopping, onWrite }) => {
  while (!stopping.aborted) {
    const { key, value, acknowledge } = ledger.begin();
    acknowledge(await client.set(key, value, "GET"));
    onWrite();
    await delay(random.between(0, 6));
  }
};

/** Writes by the 16 in one go. */
const pipelined: Load = async (client, { ledger, random, stopping, onWrite }) => {
  while (!stopping.aborted) {
    const writes = Array.from({ length: pipelineLength }, () => ledger.begin());
    const pipeline = client.pipeline();
    for (const { key, value } of writes) pipeline.set(key, value, "GET");
    const replies = (await pipeline.exec()) ?? [];
    // Those before a cut are answered, and count, even when a later one is not.
    const failed = replies.find(([error]) => error !== null)?.[0];
    for (const [index, { acknowledge }] of writes.entries()) {
      const [error, previous] = replies[index] ?? [new Error("no reply")];
      if (error !== null) continue;
      acknowledge((previous ?? null) as string | null);
      onWrite();
    }
    if (failed) throw failed;
    await delay(random.between(5, 30));
  }
};

/** Values that take many chunks, written and read back. */
const big: Load = async (client, { ledger, random, stopping, onWrite, onBigRead, violated }) => {
  while (!stopping.aborted) {
    const { key, value, acknowledge } = ledger.begin();
    acknowledge(await client.set(key, value, "GET"));
    onWrite();
    if ((await client.get(key)) !== value) violated(`${key} was not read back as it was written`);
    onBigRead();
    await delay(random.between(50, 250));
  }
};

/** Every kind of load, by the name of its shape. */
export const loads: Readonly<Record<LoadName, Load>> = { single, pipelined, big };
