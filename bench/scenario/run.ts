import { existsSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { spawnSync } from "node:child_process";
import { markdownTable } from "../../scripts/markdown-table.js";
import { evenIfBusy, numbersOf } from "../support/arguments.ts";
import { grouped, median, spread } from "../support/figures.ts";
import { checkout, startProgram, withTempDir } from "../support/program.ts";
import { busyNotes, runRounds, type Contest, type Rounds } from "../support/rounds.ts";
import { addNetwork, startServer, type BenchServer } from "../support/server.ts";
import { curlClient } from "./curl.ts";
import { walk, type Walk } from "./scenario.ts";

/*
 * A client's whole scenario in instant mode: a cluster, its database, a private endpoint, the owner's approval, a PING through
 * it, and all deleted again; with curl, a process for each request, and with the JavaScript SDK, whose packages
 * test/clients has. By wall time and requests, without the time to load the SDK.
 *
 *   npm run bench:scenario [-- rounds --even-if-busy]
 */
const [rounds = 5] = numbersOf(process.argv.slice(2));
/** The first walk of an SDK's process compiles its code. */
const walksOfProcess = 3;

await withTempDir(async (dataDir) => {
  const server = await startServer({ dataDir, args: ["--retired-skus"] });
  await addNetwork(server.arm);
  server.hangUp();
  const contests: Contest<readonly Walk[]>[] = [];
  if (hasCurl()) contests.push({ name: "curl", run: (round) => walkWithCurl(server, { dataDir, round }) });
  else console.log("curl is not on PATH: its scenario is left out.");
  if (existsSync(join(checkout, "test/clients/node_modules"))) {
    contests.push({ name: "the JavaScript SDK", run: () => walkWithSdk(server, dataDir) });
  } else {
    console.log("The JavaScript SDK is not installed: run `node scripts/setup.js test/clients`.");
  }
  const results = await runRounds(contests, { rounds, evenIfBusy });
  print(results);
});

function hasCurl(): boolean {
  return spawnSync("curl", ["--version"], { stdio: "ignore" }).status === 0;
}

async function walkWithCurl(
  { port, ca, token }: BenchServer,
  { dataDir, round }: { dataDir: string; round: number },
): Promise<readonly Walk[]> {
  const client = curlClient({ origin: `https://localhost:${port}`, ca, caFile: join(dataDir, "ca.pem"), token });
  return [await walk(client, `curl${round}`)];
}

async function walkWithSdk({ port }: BenchServer, dataDir: string): Promise<readonly Walk[]> {
  const caFile = join(dataDir, "ca.pem");
  const args = ["test/clients/scenario.ts", `https://localhost:${port}`, caFile, String(walksOfProcess)];
  const program = startProgram(args, { env: { NODE_EXTRA_CA_CERTS: caFile } });
  if (program.stdout === null) throw new Error("The SDK's output cannot be read.");
  const [output, [code]] = await Promise.all([text(program.stdout), once(program, "close") as Promise<[number]>]);
  if (code !== 0) throw new Error(`The SDK's scenario ended with ${code}.`);
  return output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Walk);
}

function print(results: readonly Rounds<readonly Walk[]>[]): void {
  const rows = results.flatMap(({ name, figures }) =>
    (figures[0] ?? []).map((_, index) => {
      const walks = figures.flatMap((each) => each.slice(index, index + 1));
      const stepNames = Object.keys(walks[0]?.steps ?? {});
      const stepMs = stepNames.map((step) => `${step} ${grouped(median(walks.map(({ steps }) => steps[step] ?? 0)))}`);
      const requests = median(walks.map((each) => each.requests));
      const which = index === 0 ? name : `${name}, walk ${index + 1} of its process`;
      return [
        which,
        spread(
          walks.map(({ ms }) => ms),
          0,
        ),
        String(requests),
        stepMs.join(", "),
      ];
    }),
  );
  if (rows.length > 0) console.log(markdownTable([["", "wall time, ms", "requests", "steps, ms"], ...rows]));
  for (const note of busyNotes(results, { evenIfBusy })) console.log(note);
}
