import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { residentMb } from "../support/processes.ts";
import { median } from "../support/figures.ts";
import { freePort, outputOf, startProgram, stopProgram, withTempDir } from "../support/program.ts";
import { startArgs } from "../support/server.ts";

/*
 * From spawning the program to a 200 of /readyz on a data directory that is there already, beside `node -e 0`; and what
 * the idle server holds resident.
 *
 *   npm run bench:start [-- rounds]
 */
const [rounds = 15] = process.argv.slice(2).map(Number);

await withTempDir(async (dataDir) => {
  const port = await freePort();
  const args = [...startArgs({ port, dataDir }), "--demo"];
  const first = startProgram(args);
  await outputOf(first, /is ready/);
  await stopProgram(first);
  const ca = readFileSync(join(dataDir, "ca.pem"), "utf8");
  const readyMs: number[] = [];
  const nodeMs: number[] = [];
  const heldMb: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    nodeMs.push(await timeNode());
    const startedMs = performance.now();
    const program = startProgram(args);
    await untilReady(port, ca);
    readyMs.push(performance.now() - startedMs);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    heldMb.push(residentMb(program.pid ?? 0));
    await stopProgram(program);
  }
  const range = (figures: number[]): string =>
    `median ${median(figures).toFixed(0)} (${Math.min(...figures).toFixed(0)} to ${Math.max(...figures).toFixed(0)})`;
  console.log(`spawn to /readyz: ${range(readyMs)} ms`);
  console.log(`node -e 0:        ${range(nodeMs)} ms`);
  console.log(`resident, idle:   ${range(heldMb)} MB`);
});

async function timeNode(): Promise<number> {
  const startedMs = performance.now();
  const program = startProgram(["-e", "0"]);
  await new Promise((resolve) => program.once("exit", resolve));
  return performance.now() - startedMs;
}

async function untilReady(port: number, ca: string): Promise<void> {
  const deadlineMs = performance.now() + 30_000;
  while (performance.now() < deadlineMs) {
    if (await isReady(port, ca)) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error("The server was not ready within 30 s.");
}

function isReady(port: number, ca: string): Promise<boolean> {
  return new Promise((resolve) => {
    const get = request({ host: "localhost", port, ca, path: "/readyz", agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    get.once("error", () => resolve(false));
    get.end();
  });
}
