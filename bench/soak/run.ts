import { existsSync } from "node:fs";
import { chooseSeed } from "../../test/support/seeded-random.ts";
import { prepareHeapProbe } from "../support/inspector.ts";
import { stopProgram, withTempDir } from "../support/program.ts";
import {
  addCluster,
  addNetwork,
  clusterId,
  decide,
  readPaths,
  requestEndpoint,
  startServer,
} from "../support/server.ts";
import type { Door } from "./door.ts";
import { flap } from "./flap.ts";
import { flappingCluster, flappingEndpoint, flappingPublicSide, type Flapping } from "./flapping.ts";
import { regenerateKeys } from "./regenerate-keys.ts";
import { newReport } from "./report.ts";
import { growthOf, holdingsDiffer, redisServersOf, takeHoldings, takeSample, takeSamples } from "./samples.ts";
import type { Holdings } from "./samples.ts";
import { doorOf, type Soak } from "./soak.ts";
import { openSteadyPath, verifyLedgers, type SteadyPath } from "./steady-path.ts";
import { printSummary } from "./summary.ts";

/*
 * Endpoints come and go, public sides are switched off and on, keys are regenerated and a whole cluster is made and
 * deleted, all at random, while clients write by paths that stay open. No acknowledged write may be lost there and no
 * connection cut, no descriptor may be left over, and memory must not grow. Ends with 1 when any of it is violated.
 *
 *   npm run bench:soak [-- minutes [seed]]
 */
const [minutes = 10, seed = chooseSeed()] = process.argv.slice(2).map(Number);
const settleMs = 30_000;
const endpointsThatFlap = 2;

/** Each has a private endpoint that stays, and some that flap; the first has a public side that stays, too. */
const clusters = [
  { name: "enterprise", database: {} },
  { name: "oss", database: { clusteringPolicy: "OSSCluster" } },
  { name: "aof", database: { persistence: { aofEnabled: true, aofFrequency: "1s" } } },
  // Here keys are regenerated and the public side flaps too.
  { name: "rotating", database: {} },
] as const;

await withTempDir(async (dataDir) => {
  console.log(`${minutes} minutes, seed ${seed}`);
  const { nodeArgs, open } = await prepareHeapProbe();
  const server = await startServer({ dataDir, nodeArgs });
  const stop = new AbortController();
  const soak: Soak = { server, report: newReport(), stopping: stop.signal, seed };
  await addNetwork(server.arm);
  for (const { name, database } of clusters) await addSteadyCluster(soak, name, database);
  const steady = await openSteadyPaths(soak);
  const probe = await open();
  const held = await takeHoldings(soak);
  const before = await takeSample(soak, probe);

  const startedMs = performance.now();
  setTimeout(() => stop.abort(), minutes * 60_000);
  const working = workOnAll(soak, steady);
  const samples = await takeSamples(soak, probe);
  const seconds = (performance.now() - startedMs) / 1_000;
  await working;

  const wrong = [
    ...(await settledDifference(soak, held)),
    ...(await wrongCounters(soak, steady)),
    ...growthOf(samples),
  ];
  for (const sentence of wrong) soak.report.violated(sentence);
  const after = await takeSample(soak, probe);
  for (const path of steady) path.leave();
  probe.close();
  await verifyRestart(soak, dataDir, steady);
  printSummary({ before, samples, after, report: soak.report, seconds });
  process.exitCode = soak.report.violations.length === 0 ? 0 : 1;
});

async function addSteadyCluster({ server: { arm } }: Soak, name: string, database: object): Promise<void> {
  const cluster = await addCluster(arm, name, database);
  await requestEndpoint(arm, cluster, `${name}-pe`);
  await decide(arm, { cluster, name: `${name}-pe`, status: "Approved" });
}

function openSteadyPaths(soak: Soak): Promise<readonly SteadyPath[]> {
  const endpoints = clusters.map(({ name }) => ({ cluster: name, name: `${name}-pe` }));
  const all = [...endpoints, { cluster: clusters[0].name, name: "public" }];
  return Promise.all(
    all.map(({ cluster, name }) =>
      openSteadyPath(soak, {
        name,
        clusterId: clusterId(cluster),
        isClustered: cluster === "oss",
        isRotating: cluster === "rotating",
      }),
    ),
  );
}

function flappingPaths(soak: Soak): readonly Flapping[] {
  const endpoints = clusters.flatMap(({ name }) =>
    Array.from({ length: endpointsThatFlap }, (_, index) =>
      flappingEndpoint(soak, clusterId(name), `${name}-flapping${index}`),
    ),
  );
  return [...endpoints, flappingPublicSide(soak, clusterId("rotating")), flappingCluster(soak, "passing")];
}

/** Works by all paths until the soak stops, then looks whether every acknowledged write is there. */
async function workOnAll(soak: Soak, steady: readonly SteadyPath[]): Promise<void> {
  const rotating = steadyDoor(steady, clusterId("rotating"));
  const working = steady.map((path) => path.work());
  const regenerating = regenerateKeys(soak, clusterId("rotating"), rotating);
  const flapping = flappingPaths(soak).map(async (each) => ({ keptBy: each.keptBy, ledgers: await flap(soak, each) }));
  const flapped = await Promise.all(flapping);
  await Promise.all([...working, regenerating]);
  for (const { door, ledgers } of steady) await verifyLedgers(door, ledgers);
  for (const { keptBy, ledgers } of flapped) {
    if (keptBy !== undefined) await verifyLedgers(steadyDoor(steady, keptBy), ledgers);
  }
}

function steadyDoor(steady: readonly SteadyPath[], cluster: string): Door {
  const found = steady.find((path) => path.clusterId === cluster);
  if (found === undefined) throw new Error(`${cluster} has no steady path.`);
  return found.door;
}

/** What is open besides what was open at the beginning, after some time to close. */
async function settledDifference(soak: Soak, held: Holdings): Promise<readonly string[]> {
  const deadlineMs = performance.now() + settleMs;
  for (;;) {
    const difference = holdingsDiffer(held, await takeHoldings(soak));
    if (difference.length === 0 || performance.now() > deadlineMs) return difference;
  }
}

/** The gateway's own counters of the steady paths have to agree with what was done there. */
async function wrongCounters({ server }: Soak, steady: readonly SteadyPath[]): Promise<readonly string[]> {
  const told = await readPaths(server.arm);
  return steady.flatMap(({ name, clusterId: cluster, connectionCount }) => {
    const found = told.find((path) => path.name === name && cluster.endsWith(`/${path.clusterName}`));
    const { connections, refused } = found?.counters ?? { connections: 0, refused: 0 };
    return connections === connectionCount && refused === 0
      ? []
      : [`${name} counts ${connections} connections, ${refused} refused; there are ${connectionCount}, and nobody was`];
  });
}

/** After a stop no Redis server is left, and after the next start persistent data exists. */
async function verifyRestart({ server, report }: Soak, dataDir: string, steady: readonly SteadyPath[]): Promise<void> {
  const servers = redisServersOf(server.program.pid ?? 0);
  server.hangUp();
  await stopProgram(server.program);
  const left = servers.filter((pid) => existsSync(`/proc/${pid}`));
  if (left.length > 0) report.violated(`Redis servers outlived the program: ${left.join(", ")}`);
  const restarted = await startServer({ dataDir });
  const persistent = steady.filter((path) => path.clusterId === clusterId("aof"));
  for (const { clusterId: cluster, name, ledgers } of persistent) {
    const door = await doorOf({ server: restarted }, cluster, name);
    await verifyLedgers(door, ledgers);
  }
  restarted.hangUp();
  await stopProgram(restarted.program);
}
