import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { markdownTable } from "../../scripts/markdown-table.js";
import { evenIfBusy, numbersOf } from "../support/arguments.ts";
import { cellSize } from "../support/cells.ts";
import { grouped, median, spread } from "../support/figures.ts";
import { startGenerator, type Generator } from "../support/generated-load.ts";
import { cpuSeconds } from "../support/kernel-accounting.ts";
import type { Measured } from "../support/load.ts";
import { pinningNote, pinServer } from "../support/pinning.ts";
import { residentMb } from "../support/processes.ts";
import { freePort, startProgram, stopProgram, withTempDir } from "../support/program.ts";
import { untilReady } from "../support/readiness.ts";
import type { RequestSpec } from "../support/requests.ts";
import { busyNotes, rotated, runRounds, type Contest, type Rounds } from "../support/rounds.ts";
import { startArgs, startServer } from "../support/server.ts";
import { filledStore } from "./stores.ts";

/*
 * Servers with 1,000, 100,000 and 1,000,000 resources, 1,000 a cluster, without the data plane: the time to start, what they
 * hold resident, and requests of random resources, beside the server with the fewest.
 *
 *   npm run bench:sizes [-- rounds seconds warm-up-seconds --even-if-busy]
 */
const [rounds = 7, seconds = 1, warmUpSeconds = 3] = numbersOf(process.argv.slice(2));
const sizes = [1_000, 100_000, 1_000_000] as const;
const startRounds = 3;
/** A server that uses no more processor time than this between two looks, some times in a row, has nothing left to do. */
const idleSeconds = 0.02;
const lookMs = 500;
const wantedIdleLooks = 3;

type Kind = "GET of any" | "PUT of a record set";

const requestsFor = (size: number): Readonly<Record<Kind, RequestSpec>> => ({
  "GET of any": { method: "GET", path: { random: "any", cells: size / cellSize } },
  "PUT of a record set": {
    method: "PUT",
    path: { random: "record", cells: size / cellSize },
    bodies: ['{"properties":{"ttl":300,"metadata":{"number":"{n}"},"aRecords":[{"ipv4Address":"10.0.1.1"}]}}'],
  },
});

interface Sized {
  readonly size: number;
  readonly dataDir: string;
  readonly pid: number;
  readonly load: (kind: Kind, forSeconds: number) => Promise<Measured>;
}

type Figures = readonly { readonly size: number; readonly measured: Measured }[];

await withTempDir(async (dir) => {
  const stores = new Map<number, string>();
  for (const size of sizes) stores.set(size, await filledStore(dir, size));
  console.log(await startTable(stores));
  const generator = startGenerator();
  const servers: Sized[] = [];
  for (const [size, dataDir] of stores) servers.push(await startSized({ size, dataDir, generator }));
  const started = new Map(servers.map(({ size, pid }) => [size, residentMb(pid)]));
  const contests = (["GET of any", "PUT of a record set"] as const).map((kind) => contestOf(kind, servers));
  for (const server of servers) {
    for (const { name } of contests) await server.load(name as Kind, warmUpSeconds);
  }
  const results = await runRounds(contests, { rounds, evenIfBusy });
  generator.close();
  console.log(`\n${requestTable(results)}\n\n${memoryTable(servers, started)}\n`);
  console.log(pinningNote);
  for (const note of busyNotes(results, { evenIfBusy })) console.log(note);
});

async function startSized(options: { size: number; dataDir: string; generator: Generator }): Promise<Sized> {
  const { size, dataDir, generator } = options;
  const { port, ca, token, program, hangUp } = await startServer({ dataDir, args: ["--no-data-plane"] });
  hangUp();
  const pid = program.pid ?? 0;
  await untilIdle(pid);
  pinServer(pid);
  const requests = requestsFor(size);
  const order = { port, ca, token, serverPid: pid, connections: 64, expectedStatus: 200 };
  const load = (kind: Kind, forSeconds: number): Promise<Measured> =>
    generator.load({ ...order, request: requests[kind], seconds: forSeconds });
  return { size, dataDir, pid, load };
}

/** The server reads its store into memory behind the greeting. Resolves when it has done nothing in several looks. */
async function untilIdle(pid: number): Promise<void> {
  let before = 0;
  for (let idleLooks = 0; idleLooks < wantedIdleLooks;) {
    await delay(lookMs);
    const now = cpuSeconds(pid);
    idleLooks = now - before > idleSeconds ? 0 : idleLooks + 1;
    before = now;
  }
}

function contestOf(kind: Kind, servers: readonly Sized[]): Contest<Figures> {
  const run = async (round: number): Promise<Figures> => {
    const figures: { size: number; measured: Measured }[] = [];
    for (const { size, load } of rotated(servers, round)) figures.push({ size, measured: await load(kind, seconds) });
    return figures.toSorted((one, other) => one.size - other.size);
  };
  return { name: kind, run };
}

async function startTable(stores: ReadonlyMap<number, string>): Promise<string> {
  const rows: string[][] = [];
  for (const [size, dataDir] of stores) {
    const times: number[] = [];
    for (let round = 0; round <= startRounds; round += 1) times.push(await timeStart(dataDir));
    // The first brings the file into the system's page cache.
    rows.push([grouped(size), spread(times.slice(1), 0), databaseBytes(dataDir, size)]);
  }
  return markdownTable([["resources", "spawn to /readyz, ms", "bytes of the database a resource"], ...rows]);
}

async function timeStart(dataDir: string): Promise<number> {
  const port = await freePort();
  const startedMs = performance.now();
  const program = startProgram([...startArgs({ port, dataDir }), "--no-data-plane"]);
  await untilReady(port);
  const ms = performance.now() - startedMs;
  await stopProgram(program);
  return ms;
}

function databaseBytes(dataDir: string, size: number): string {
  return grouped(statSync(join(dataDir, "cuprite.db")).size / size);
}

/** Processor time and rate beside those with the fewest resources. */
function requestTable(results: readonly Rounds<Figures>[]): string {
  const rows = results.flatMap(({ name, figures }) =>
    (figures[0] ?? []).map(({ size }, index) => {
      const of = (pick: (measured: Measured) => number): number[] =>
        figures.flatMap((each) => each.slice(index, index + 1).map(({ measured }) => pick(measured)));
      const beside = (pick: (measured: Measured) => number): number[] =>
        figures.flatMap(([fewest, ...more]) => {
          const own = [fewest, ...more][index];
          return fewest === undefined || own === undefined ? [] : [pick(own.measured) / pick(fewest.measured)];
        });
      const cpu = ({ serverUs }: Measured): number => serverUs;
      const rate = ({ perSecond }: Measured): number => perSecond;
      const p99 = median(of(({ p99Ms }) => p99Ms)).toFixed(2);
      return [
        name,
        grouped(size),
        median(of(cpu)).toFixed(1),
        spread(beside(cpu)),
        grouped(median(of(rate))),
        spread(beside(rate)),
        p99,
      ];
    }),
  );
  const heading = ["", "resources", "CPU, µs", "beside the fewest", "responses/s", "beside the fewest", "p99, ms"];
  return markdownTable([heading, ...rows]);
}

function memoryTable(servers: readonly Sized[], started: ReadonlyMap<number, number>): string {
  const [fewest] = servers;
  const rows = servers.map(({ size, pid }) => {
    const heldMb = residentMb(pid);
    const idleMb = started.get(size) ?? 0;
    const moreBytes = (idleMb - (started.get(fewest?.size ?? 0) ?? 0)) * 1_024 ** 2;
    const moreResources = size - (fewest?.size ?? 0);
    return [
      grouped(size),
      grouped(idleMb),
      grouped(heldMb),
      moreResources === 0 ? "" : grouped(moreBytes / moreResources),
    ];
  });
  const heading = [
    "resources",
    "resident when idle, MB",
    "after the load, MB",
    "bytes when idle for a resource more than the fewest",
  ];
  return markdownTable([heading, ...rows]);
}
