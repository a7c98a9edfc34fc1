import { setTimeout as delay } from "node:timers/promises";
import type { Redis } from "ioredis";
import { enter, getIn } from "./door.ts";
import type { Door } from "./door.ts";
import { loads, loadShapes } from "./loads.ts";
import { doorOf, randomOf } from "./soak.ts";
import type { Soak } from "./soak.ts";
import { WriteLedger } from "./write-ledger.ts";

/** A path that stays open, and the clients that are connected through it from the beginning to the end. */
export interface SteadyPath {
  readonly name: string;
  readonly clusterId: string;
  readonly door: Door;
  /** How many connections it has when nobody visits. */
  readonly connectionCount: number;
  /** Has the clients work until the soak stops. */
  readonly work: (soak: Soak) => Promise<void>;
  /** What the clients have written. */
  readonly ledgers: readonly WriteLedger[];
  /** Takes the clients away. */
  readonly leave: () => void;
}

const loadNames = ["single", "pipelined", "big"] as const;
const pushEveryMs = 500;

/** Connects the clients of a steady path: one for each load, one that waits for an element, one that pushes them. */
export async function openSteadyPath(
  soak: Soak,
  { name, clusterId, ...kind }: { name: string; clusterId: string; isClustered: boolean; doKeysChange: boolean },
): Promise<SteadyPath> {
  const door = await doorOf(soak, clusterId, name);
  const { violated } = soak.report;
  const ledgers = [...loadNames, "visit" as const].map((load) => {
    const shape = load === "visit" ? loadShapes.single : loadShapes[load];
    return { load, ledger: new WriteLedger({ prefix: `${name}:${load}`, ...shape, violated }) };
  });
  const ledgerOf = (load: string): WriteLedger => {
    const found = ledgers.find((each) => each.load === load);
    if (found === undefined) throw new Error(`There is no ledger for '${load}'.`);
    return found.ledger;
  };
  const clients = await Promise.all([...loadNames, "waiter", "pusher"].map(() => getIn(door)));
  let isLeaving = false;
  for (const client of clients) {
    client.once("close", () => isLeaving || violated(`a connection on the steady path ${name} was cut`));
  }
  const [waiter, pusher] = clients.slice(loadNames.length);
  const work = async (at: Soak): Promise<void> => {
    const working = loadNames.map((load, index) =>
      runLoad(at, { load, name, client: clients[index], ledger: ledgerOf(load) }),
    );
    if (waiter !== undefined && pusher !== undefined) working.push(passElements(at, { name, waiter, pusher }));
    await Promise.all([...working, visit(at, { name, door, ...kind, ledger: ledgerOf("visit") })]);
  };
  const leave = (): void => {
    isLeaving = true;
    for (const client of clients) client.disconnect();
  };
  const written = ledgers.map(({ ledger }) => ledger);
  return { name, clusterId, door, connectionCount: clients.length, ledgers: written, work, leave };
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

async function runLoad(
  { report, stopping, ...soak }: Soak,
  {
    load,
    name,
    client,
    ledger,
  }: { load: keyof typeof loads; name: string; client: Redis | undefined; ledger: WriteLedger },
): Promise<void> {
  if (client === undefined) return;
  const { counts, violated } = report;
  const random = randomOf({ report, stopping, ...soak }, `${name} ${load}`);
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
  at: { name: string; door: Door; isClustered: boolean; doKeysChange: boolean; ledger: WriteLedger },
): Promise<void> {
  const { name, door, isClustered, ledger } = at;
  const { report, stopping } = soak;
  const random = randomOf(soak, `${name} visit`);
  while (!stopping.aborted) {
    try {
      // Where keys change, one who has just read them may come too late with them.
      const client = at.doKeysChange ? await getIn(door) : await enter(door);
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
