import { setTimeout as delay } from "node:timers/promises";
import type { Redis } from "ioredis";
import { enter, getIn, type Door } from "./door.ts";
import { loadNames, loads, loadShapes, type LedgerShape, type LoadName } from "./loads.ts";
import { doorOf, randomOf, type Soak } from "./soak.ts";
import { WriteLedger } from "./write-ledger.ts";

/** A path that stays open, and the clients that are connected through it from the beginning to the end. */
export interface SteadyPath {
  readonly name: string;
  readonly clusterId: string;
  readonly door: Door;
  /** How many connections it has when nobody visits. */
  readonly connectionCount: number;
  /** Has the clients work until the soak stops. */
  readonly work: () => Promise<void>;
  /** What the clients have written. */
  readonly ledgers: readonly WriteLedger[];
  /** Takes the clients away. */
  readonly leave: () => void;
}

interface Worker {
  readonly load: LoadName;
  readonly client: Redis;
  readonly ledger: WriteLedger;
}

const pushEveryMs = 500;

/** Connects the clients of a steady path: one for each load, one that waits for an element, one that pushes them. */
export async function openSteadyPath(
  soak: Soak,
  { name, clusterId, ...kind }: { name: string; clusterId: string; isClustered: boolean; isRotating: boolean },
): Promise<SteadyPath> {
  const door = await doorOf(soak, clusterId, name);
  const { violated } = soak.report;
  const ledgerOf = (load: string, shape: LedgerShape): WriteLedger =>
    new WriteLedger({ prefix: `${name}:${load}`, ...shape, violated });
  const enterAs = async (load: LoadName): Promise<Worker> => ({
    load,
    client: await getIn(door),
    ledger: ledgerOf(load, loadShapes[load]),
  });
  const workers = await Promise.all(loadNames.map(enterAs));
  const [waiter, pusher] = await Promise.all([getIn(door), getIn(door)]);
  const visitLedger = ledgerOf("visit", loadShapes.single);
  const clients = [...workers.map(({ client }) => client), waiter, pusher];
  let isLeaving = false;
  for (const client of clients) {
    client.once("close", () => isLeaving || violated(`a connection on the steady path ${name} was cut`));
  }
  const work = async (): Promise<void> => {
    const working = workers.map((worker) => runLoad(soak, name, worker));
    const visiting = visit(soak, { name, door, ...kind, ledger: visitLedger });
    await Promise.all([...working, passElements(soak, { name, waiter, pusher }), visiting]);
  };
  const leave = (): void => {
    isLeaving = true;
    for (const client of clients) client.disconnect();
  };
  const ledgers = [...workers.map(({ ledger }) => ledger), visitLedger];
  return { name, clusterId, door, connectionCount: clients.length, ledgers, work, leave };
}

/** Looks whether every acknowledged write is there. */
export async function verifyLedgers(door: Door, ledgers: readonly WriteLedger[]): Promise<void> {
  const client = await getIn(door);
  for (const ledger of ledgers) {
    const reads = client.pipeline();
    for (const key of ledger.keys) reads.get(key);
    const found = (await reads.exec()) ?? [];
    ledger.verify(found.map(([error, value]) => (error === null ? (value as string | null) : null)));
  }
  client.disconnect();
}

async function runLoad(soak: Soak, name: string, { load, client, ledger }: Worker): Promise<void> {
  const { stopping, report } = soak;
  const { counts, violated } = report;
  const random = randomOf(soak, `${name} ${load}`);
  const onWrite = (): number => (counts.steadyWrites += 1);
  const onBigRead = (): number => (counts.bigReads += 1);
  try {
    await loads[load](client, { ledger, random, stopping, onWrite, onBigRead, violated });
  } catch (cause) {
    violated(`a client on the steady path ${name} (${load}) failed: ${String(cause)}`);
  }
}

/** One client waits, blocked, for numbers that another pushes; none may be missing. */
async function passElements(
  { report, stopping }: Soak,
  { name, waiter, pusher }: { name: string; waiter: Redis; pusher: Redis },
): Promise<void> {
  const list = `${name}:list`;
  const last = "last";
  const push = async (): Promise<void> => {
    for (let number = 1; !stopping.aborted; number += 1) {
      await pusher.rpush(list, number);
      await delay(pushEveryMs);
    }
    await pusher.rpush(list, last);
  };
  const take = async (): Promise<void> => {
    for (let number = 1; ; number += 1) {
      const [, element] = (await waiter.blpop(list, 0)) ?? [];
      if (element === last) return;
      if (element !== String(number)) report.violated(`${list} gave ${element} in the place of ${number}`);
    }
  };
  try {
    await Promise.all([push(), take()]);
  } catch (cause) {
    report.violated(`the blocked client on the steady path ${name} failed: ${String(cause)}`);
  }
}

/** Short connections, one after the other: each writes and leaves, some without a word. */
async function visit(
  soak: Soak,
  at: { name: string; door: Door; isClustered: boolean; isRotating: boolean; ledger: WriteLedger },
): Promise<void> {
  const { name, door, isClustered, ledger } = at;
  const { report, stopping } = soak;
  const random = randomOf(soak, `${name} visit`);
  while (!stopping.aborted) {
    try {
      // Where keys change, one who has just read them may come too late with them.
      const client = at.isRotating ? await getIn(door) : await enter(door);
      const { key, value, acknowledge } = ledger.begin();
      acknowledge(await client.set(key, value, "GET"));
      if (isClustered) await checkAnnounced(client, door, report.violated);
      report.counts.visits += 1;
      report.counts.steadyWrites += 1;
      if (random.between(0, 1) === 0) await client.quit();
      else client.disconnect();
    } catch (cause) {
      report.violated(`a visitor of the steady path ${name} failed: ${String(cause)}`);
    }
    await delay(random.between(50, 400));
  }
}

/** A clustered server has to name the address that its client has come by. */
async function checkAnnounced(
  client: Redis,
  { address, port }: Door,
  violated: (sentence: string) => void,
): Promise<void> {
  const [slots] = (await client.cluster("SLOTS")) as unknown as [number, number, [string, number]][];
  const named = `${slots?.[2][0]}:${slots?.[2][1]}`;
  if (named !== `${address}:${port}`) violated(`CLUSTER SLOTS names ${named} to a client of ${address}:${port}`);
}
