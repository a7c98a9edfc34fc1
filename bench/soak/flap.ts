import { setTimeout as delay } from "node:timers/promises";
import type { Redis } from "ioredis";
import { SeededRandom } from "../../test/support/seeded-random.ts";
import { readPaths } from "../support/server.ts";
import { getIn, type Door } from "./door.ts";
import type { Flapping } from "./flapping.ts";
import { loadNames, loads, loadShapes, type LoadName, type Work } from "./loads.ts";
import { randomOf, type Soak } from "./soak.ts";
import { WriteLedger } from "./write-ledger.ts";
import { isListening } from "../../test/support/is-listening.ts";

/** How long a rejection may take to cut. Real times are a thousandth of it. */
const patienceMs = 10_000;

const shortestStayMs = 100;
const longestStayMs = 2_000;

type Ledgers = Readonly<Record<LoadName, WriteLedger>>;

/**
 * Opens and closes a path until the soak stops. Each time clients have to get in, to work undisturbed while it is open,
 * to be cut when it closes, and nobody may listen any more. Resolves to the ledgers of what they wrote.
 */
export async function flap(soak: Soak, flapping: Flapping): Promise<readonly WriteLedger[]> {
  const random = randomOf(soak, flapping.name);
  let ledgers = newLedgers(soak, flapping.name);
  while (!soak.stopping.aborted) {
    if (flapping.keptBy === undefined) ledgers = newLedgers(soak, flapping.name);
    try {
      await flipOnce(soak, { flapping, random, ledgers });
      soak.report.counts.flips += 1;
    } catch (cause) {
      soak.report.violated(`${flapping.name} could not be opened and closed: ${String(cause)}`);
      await delay(1_000); // What fails at once would fail a thousand times.
    }
  }
  await flapping.settle();
  return Object.values(ledgers);
}

async function flipOnce(
  soak: Soak,
  { flapping, random, ledgers }: { flapping: Flapping; random: SeededRandom; ledgers: Ledgers },
): Promise<void> {
  const { violated, counts } = soak.report;
  const door = await flapping.open(random);
  const inside = await Promise.all([...loadNames, "blocked"].map(() => getIn(door)));
  let mayBeCut = false;
  const cut = inside.map(async (client) => {
    await closed(client);
    if (!mayBeCut) violated(`a client of ${flapping.name} was cut while the path was open`);
  });
  const ended = Promise.allSettled(workOf(soak, { name: flapping.name, clients: inside, random, ledgers }));
  await delay(random.between(shortestStayMs, longestStayMs));
  mayBeCut = true;
  const how = await flapping.shut(random);
  if (!(await isWithin(Promise.all(cut), patienceMs)))
    violated(`${flapping.name} was ${how}, and a client was not cut`);
  else counts.cuts += inside.length;
  if (await isStillServed(soak, door)) violated(`${flapping.name} was ${how}, and somebody listens there`);
  for (const client of inside) client.disconnect();
  await ended;
}

/** Begins what clients do until they are cut; each promise fails then. */
function workOf(
  soak: Soak,
  at: { name: string; clients: readonly Redis[]; random: SeededRandom; ledgers: Ledgers },
): Promise<unknown>[] {
  const { counts, violated } = soak.report;
  const work: Omit<Work, "ledger"> = {
    random: new SeededRandom(at.random.between(1, 1_000_000)),
    stopping: new AbortController().signal,
    onWrite: () => (counts.flappingWrites += 1),
    onBigRead: () => (counts.bigReads += 1),
    violated,
  };
  const blocked = at.clients[loadNames.length];
  const working = loadNames.map(async (load, index) => {
    const client = at.clients[index];
    if (client !== undefined) await loads[load](client, { ...work, ledger: at.ledgers[load] });
  });
  return blocked === undefined ? working : [...working, blocked.blpop(`${at.name}:nothing`, 0)];
}

/** A removed path has released its address, which another path may have got. */
async function isStillServed({ server }: Soak, door: Door): Promise<boolean> {
  if (!(await isListening(door))) return false;
  return !(await readPaths(server.arm)).some(({ takesClients, address }) => takesClients && address === door.address);
}

const closed = (client: Redis): Promise<void> =>
  new Promise((resolve) => {
    if (client.status === "end") resolve();
    else client.once("end", () => resolve());
  });

async function isWithin(done: Promise<unknown>, limitMs: number): Promise<boolean> {
  const giveUp = new AbortController();
  const late = delay(limitMs, false, { signal: giveUp.signal }).catch(() => false);
  const isDone = await Promise.race([done.then(() => true), late]);
  giveUp.abort();
  return isDone;
}

function newLedgers({ report: { violated } }: Soak, name: string): Ledgers {
  const ledger = (load: keyof Ledgers): WriteLedger =>
    new WriteLedger({ prefix: `${name}:${load}`, ...loadShapes[load], violated });
  return { single: ledger("single"), pipelined: ledger("pipelined"), big: ledger("big") };
}
