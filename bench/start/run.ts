import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { currentBundle } from "../../scripts/bundle-state.js";
import { markdownTable } from "../../scripts/markdown-table.js";
import { evenIfBusy, numbersOf } from "../support/arguments.ts";
import { grouped, median, spread } from "../support/figures.ts";
import { cpuSeconds } from "../support/kernel-accounting.ts";
import { residentMb } from "../support/processes.ts";
import { freePort, startProgram, stopProgram, withTempDir } from "../support/program.ts";
import { untilReady } from "../support/readiness.ts";
import { busyNotes, inTurns, runRounds, type Rounds } from "../support/rounds.ts";
import { startArgs } from "../support/server.ts";

/*
 * From spawning the program to a 200 of /readyz, with the data plane and the demonstration: on a data directory that is there
 * already, on none, and on the first without Node's compile cache, and from the sources instead of the bundle; beside
 * `node -e 0`. Then what the idle server holds resident.
 *
 *   npm run bench:start [-- rounds --even-if-busy]
 */
const [rounds = 9] = numbersOf(process.argv.slice(2));
const idleRounds = 3;
const idleMs = 5_000;
const sources = { CUPRITE_RUN: "sources" };

/** Processor time is of the process until it is ready. */
interface Start {
  readonly ms: number;
  readonly cpuMs: number;
}

type Figures = Readonly<Record<"node -e 0" | "existing data" | "first start" | "no compile cache" | "sources", Start>>;

const { reason } = currentBundle();
if (reason !== undefined) console.log(`All starts are from the sources, ${reason}: run \`node scripts/setup.js\`.`);

await withTempDir(async (dir) => {
  const port = await freePort();
  const existing = [...startArgs({ port, dataDir: join(dir, "existing") }), "--demo"];
  const first = [...startArgs({ port, dataDir: join(dir, "first") }), "--demo"];
  // The first run makes the data; the next ones fill the compile cache.
  for (let warmUp = 0; warmUp < 3; warmUp += 1) {
    for (const env of [{}, sources]) await timeStart(existing, port, env);
  }
  const kinds: Readonly<Record<keyof Figures, () => Promise<Start>>> = {
    "node -e 0": timeNode,
    "existing data": () => timeStart(existing, port),
    "first start": async () => {
      rmSync(join(dir, "first"), { recursive: true, force: true });
      return await timeStart(first, port);
    },
    "no compile cache": () => timeStart(existing, port, { NODE_DISABLE_COMPILE_CACHE: "1" }),
    sources: () => timeStart(existing, port, sources),
  };
  const run = (round: number): Promise<Figures> => inTurns(kinds, round, (time) => time());
  const [result] = await runRounds([{ name: "starts", run }], { rounds, evenIfBusy });
  if (result !== undefined) print(result);
  await printIdle(existing, port);
});

async function timeStart(args: readonly string[], port: number, env: NodeJS.ProcessEnv = {}): Promise<Start> {
  const startedMs = performance.now();
  const program = startProgram(args, { env });
  await untilReady(port);
  const start = { ms: performance.now() - startedMs, cpuMs: cpuSeconds(program.pid ?? 0) * 1_000 };
  await stopProgram(program);
  return start;
}

async function timeNode(): Promise<Start> {
  const startedMs = performance.now();
  const program = startProgram(["-e", "0"]);
  await new Promise((resolve) => program.once("exit", resolve));
  return { ms: performance.now() - startedMs, cpuMs: Number.NaN };
}

function print(result: Rounds<Figures>): void {
  const { figures } = result;
  const rows = (Object.keys(figures[0] ?? {}) as (keyof Figures)[]).toSorted().map((name) => {
    const of = (pick: (start: Start) => number): number[] => figures.map((each) => pick(each[name]));
    const times = figures.map((each) => each[name].ms / each["node -e 0"].ms);
    const cpuMs = name === "node -e 0" ? "" : grouped(median(of((start) => start.cpuMs)));
    return [
      name,
      spread(
        of(({ ms }) => ms),
        0,
      ),
      cpuMs,
      spread(times, 1),
    ];
  });
  console.log(markdownTable([["", "spawn to the end or to /readyz, ms", "CPU, ms", "times `node -e 0`"], ...rows]));
  for (const note of busyNotes([result], { evenIfBusy })) console.log(note);
}

async function printIdle(args: readonly string[], port: number): Promise<void> {
  const heldMb: number[] = [];
  for (let round = 0; round < idleRounds; round += 1) {
    const program = startProgram(args);
    await untilReady(port);
    await delay(idleMs);
    heldMb.push(residentMb(program.pid ?? 0));
    await stopProgram(program);
  }
  console.log(`Resident ${idleMs / 1_000} s after the start: ${spread(heldMb, 0)} MB.`);
}
