import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import Database from "better-sqlite3";
import { median } from "../support/figures.ts";
import { measure } from "../support/load.ts";
import { checkout, withTempDir } from "../support/program.ts";
import { startServer } from "../support/server.ts";
import { approval, putRequest } from "./request.ts";

/*
 * The approving PUT in this checkout and in another one, loaded in turns: CPU time of the server's process and bytes that its
 * database grows by, for each PUT. Every PUT brings a description of its own, so that each of them writes.
 *
 *   npm run bench:put-connection:compare -- <other checkout> [seconds rounds]
 */
const [other = "", ...numbers] = process.argv.slice(2);
if (other === "") throw new Error("Name the other checkout.");
const [seconds = 4, rounds = 7] = numbers.map(Number);

await withTempDir(async (dir) => {
  const here = await startSide(join(dir, "here"), checkout);
  const there = await startSide(join(dir, "there"), resolve(other));
  for (const side of [here, there]) await side.run(2);
  const costs: { here: number; there: number }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const before = await there.run(seconds);
    const after = await here.run(seconds);
    costs.push({ here: after.cpuUs, there: before.cpuUs });
    console.log(`round ${round}: other ${show(before)} | here ${show(after)}`);
  }
  const middle = median(costs.map((cost) => cost.here / cost.there));
  // What else the machine does only adds to the time.
  const least = Math.min(...costs.map((cost) => cost.here)) / Math.min(...costs.map((cost) => cost.there));
  console.log(
    `CPU time: ${middle.toFixed(2)} of the other's in the median of rounds, ${least.toFixed(2)} in the least`,
  );
});

interface Cost {
  readonly perSecond: number;
  readonly cpuUs: number;
  readonly writtenBytes: number;
  readonly storedBytes: number;
}

function show({ perSecond, cpuUs, writtenBytes, storedBytes }: Cost): string {
  const figures = [`${perSecond.toFixed(0)}/s`, `${cpuUs.toFixed(0)} us`, `${writtenBytes.toFixed(0)} B written`];
  return `${figures.join(" ")} ${storedBytes.toFixed(0)} B stored`;
}

/** A server, and what one PUT costs it over so many seconds of load. */
async function startSide(dataDir: string, cwd: string): Promise<{ run: (seconds: number) => Promise<Cost> }> {
  const { port, ca, token, program } = await startServer({ dataDir, cwd, args: ["--demo"] });
  const pid = program.pid ?? 0;
  let sent = 0;
  const nextRequest = (): Buffer => putRequest({ port, token }, approval(`Approved, number ${(sent += 1)}`));
  const run = async (runSeconds: number): Promise<Cost> => {
    const before = usage(pid, dataDir);
    const first = sent;
    const { perSecond, serverUs } = await measure({
      port,
      ca,
      nextRequest,
      connections: 64,
      expectedStatus: 201,
      seconds: runSeconds,
      serverPid: pid,
    });
    const after = usage(pid, dataDir);
    const of = (name: keyof typeof before): number => (after[name] - before[name]) / (sent - first);
    return { perSecond, cpuUs: serverUs, writtenBytes: of("writtenBytes"), storedBytes: of("storedBytes") };
  };
  return { run };
}

/** What the process had written to storage (proc(5): io), and the size of its database. */
function usage(pid: number, dataDir: string): { writtenBytes: number; storedBytes: number } {
  const writtenBytes = Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1] ?? 0);
  return { writtenBytes, storedBytes: databaseBytes(dataDir) };
}

/** The database's size with its log brought into it. */
function databaseBytes(dataDir: string): number {
  const file = join(dataDir, "cuprite.db");
  const database = new Database(file);
  database.pragma("wal_checkpoint(PASSIVE)");
  database.close();
  return statSync(file).size;
}
