import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { markdownTable } from "../../scripts/markdown-table.js";
import { evenIfBusy, numbersOf } from "../support/arguments.ts";
import { grouped, median, spread } from "../support/figures.ts";
import { startGenerator } from "../support/generated-load.ts";
import type { Measured } from "../support/load.ts";
import { pinningNote, pinServer } from "../support/pinning.ts";
import { childrenOf } from "../support/processes.ts";
import { withTempDir } from "../support/program.ts";
import type { RequestSpec } from "../support/requests.ts";
import { busyNotes, inTurns, runRounds, type Contest, type Rounds } from "../support/rounds.ts";
import type { BenchServer } from "../support/server.ts";
import { formType, startWithClusters, tokenForm, tokenPath, type Client } from "./servers.ts";

/*
 * Issuing access tokens by a client's secret, for Resource Manager and for Redis, on a server with many clusters and their
 * Redis servers, beside a server with one.
 *
 *   npm run bench:tokens [-- clusters rounds seconds --even-if-busy]
 */
const [clusterCount = 200, rounds = 5, seconds = 1] = numbersOf(process.argv.slice(2));
const connections = 16;
const warmUpSeconds = 1;
/** What the load before has left to do for the Redis servers. */
const settleMs = 300;

const armScope = "https://management.azure.com/.default";
const redisScope = "https://redis.azure.com/.default";

const requestOf = (client: Client, scope: string): RequestSpec => ({
  method: "POST",
  path: tokenPath,
  contentType: formType,
  bodies: [tokenForm(client, scope)],
});

const cases: Readonly<Record<string, RequestSpec>> = {
  "for Resource Manager": requestOf("one-cluster", armScope),
  "for Redis, of one with access to one cluster": requestOf("one-cluster", redisScope),
  "for Redis, of one with access to every cluster": requestOf("every-cluster", redisScope),
};

interface Figures {
  readonly one: Measured;
  readonly many: Measured;
}

await withTempDir(async (dir) => {
  const servers = {
    one: await startWithClusters(join(dir, "one"), 1),
    many: await startWithClusters(join(dir, "many"), clusterCount),
  };
  await untilRedisRuns(servers.many, clusterCount);
  for (const { program } of Object.values(servers)) pinServer(program.pid ?? 0);
  const generator = startGenerator();
  const load = async (server: BenchServer, request: RequestSpec, forSeconds: number): Promise<Measured> => {
    const { port, ca, token, program } = server;
    const target = { port, ca, token, serverPid: program.pid ?? 0 };
    await delay(settleMs);
    return await generator.load({ ...target, connections, expectedStatus: 200, request, seconds: forSeconds });
  };
  const contests = Object.entries(cases).map(([name, request]): Contest<Figures> => ({
    name,
    run: (round) => inTurns(servers, round, (server) => load(server, request, seconds)),
  }));
  for (const request of Object.values(cases)) {
    for (const server of Object.values(servers)) await load(server, request, warmUpSeconds);
  }
  print(await runRounds(contests, { rounds, evenIfBusy }));
  generator.close();
  for (const { hangUp } of Object.values(servers)) hangUp();
});

/** The clusters start their Redis servers behind the greeting. */
async function untilRedisRuns({ program }: BenchServer, count: number): Promise<void> {
  const deadlineMs = performance.now() + 120_000;
  while (childrenOf(program.pid ?? 0).length < count) {
    if (performance.now() > deadlineMs) throw new Error(`Not all ${count} Redis servers ran within two minutes.`);
    await delay(200);
  }
  // They are configured then.
  await delay(3_000);
}

function print(results: readonly Rounds<Figures>[]): void {
  const rows = results
    .filter(({ figures }) => figures.length > 0)
    .map(({ name, figures }) => {
      const beside = (pick: (measured: Measured) => number): string =>
        spread(figures.map(({ one, many }) => pick(many) / pick(one)));
      const middle = (pick: (figures: Figures) => number): number => median(figures.map(pick));
      return [
        name,
        grouped(middle(({ one }) => one.perSecond)),
        grouped(middle(({ many }) => many.perSecond)),
        beside(({ perSecond }) => perSecond),
        grouped(middle(({ one }) => one.serverUs)),
        grouped(middle(({ many }) => many.serverUs)),
        beside(({ serverUs }) => serverUs),
      ];
    });
  const many = `with ${clusterCount}`;
  const heading = ["token", "one cluster: tokens/s", many, "beside one", "one cluster: CPU, µs", many, "beside one"];
  console.log(`${markdownTable([heading, ...rows])}\n\n${pinningNote}`);
  for (const note of busyNotes(results, { evenIfBusy })) console.log(note);
}
