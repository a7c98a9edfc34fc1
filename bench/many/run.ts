import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connect } from "node:tls";
import { setTimeout as delay } from "node:timers/promises";
import { residentMb } from "../support/processes.ts";
import { median } from "../support/figures.ts";
import { freePort, outputOf, startProgram, stopProgram, withTempDir } from "../support/program.ts";
import { addCluster, addNetwork, decide, requestEndpoint, startServer } from "../support/server.ts";
import type { Arm, ToldPath } from "../support/server.ts";

/*
 * How long a restart takes where there is much to bring back: 50 clusters with a database each, and one cluster with 84
 * approved private endpoints, which is as many as Azure allows. From spawning the program until all paths are open, and
 * until each database has replied through one; then what Cuprite and its Redis servers hold resident.
 *
 *   npm run bench:many [-- rounds]
 */
const [rounds = 5] = process.argv.slice(2).map(Number);
const clusterCount = 50;
const endpointCount = 84;
const makersAtOnce = 8;
const limitMs = 60_000;

interface Case {
  readonly name: string;
  readonly pathCount: number;
  readonly make: (arm: Arm) => Promise<void>;
}

const cases: readonly Case[] = [
  {
    name: `${clusterCount} clusters, EnterpriseCluster`,
    pathCount: clusterCount,
    make: (arm) => manyClusters(arm, "EnterpriseCluster"),
  },
  {
    name: `${clusterCount} clusters, OSSCluster`,
    pathCount: clusterCount,
    make: (arm) => manyClusters(arm, "OSSCluster"),
  },
  { name: `a cluster with ${endpointCount} endpoints`, pathCount: endpointCount + 1, make: manyEndpoints },
];

async function manyClusters(arm: Arm, clusteringPolicy: string): Promise<void> {
  await inParallel(clusterCount, (index) => addCluster(arm, `cache${index}`, { clusteringPolicy }));
}

async function manyEndpoints(arm: Arm): Promise<void> {
  const cluster = await addCluster(arm, "cache0");
  await inParallel(endpointCount, async (index) => {
    const name = `pe${index}`;
    await requestEndpoint(arm, cluster, name);
    await decide(arm, { cluster, name, status: "Approved" });
  });
}

async function inParallel(count: number, make: (index: number) => Promise<unknown>): Promise<void> {
  const indices = Array.from({ length: count }, (_, index) => index).values();
  const maker = async (): Promise<void> => {
    for (const index of indices) await make(index);
  };
  await Promise.all(Array.from({ length: makersAtOnce }, maker));
}

interface Restart {
  readonly openMs: number;
  readonly repliedMs: number;
  readonly cuprite: Memory;
  readonly redis: Memory;
  readonly serverCount: number;
}

/** In megabytes. Shared pages count in full for `resident`, and for `proportional` by how many share them. */
interface Memory {
  readonly resident: number;
  readonly proportional: number;
}

async function report({ name, pathCount }: Case, dataDir: string): Promise<void> {
  const [, token = ""] = await outputOf(startProgram(["bin/cuprite.js", "token", "--data-dir", dataDir]), /^(\S+)\n$/);
  const restarts: Restart[] = [];
  for (let round = 0; round < rounds; round += 1) restarts.push(await restart({ dataDir, token, pathCount }));
  const range = (of: (each: Restart) => number): string => {
    const figures = restarts.map(of);
    return `median ${median(figures).toFixed(0)} (${Math.min(...figures).toFixed(0)} to ${Math.max(...figures).toFixed(0)})`;
  };
  console.log(`${name}, ${restarts.length} restarts`);
  console.log(`  spawn to all paths open:      ${range(({ openMs }) => openMs)} ms`);
  console.log(`  spawn to a reply from each:   ${range(({ repliedMs }) => repliedMs)} ms`);
  console.log(`  resident, Cuprite:            ${range(({ cuprite }) => cuprite.resident)} MB`);
  console.log(`  proportional, Cuprite:        ${range(({ cuprite }) => cuprite.proportional)} MB`);
  console.log(`  resident, all Redis servers:  ${range(({ redis }) => redis.resident)} MB`);
  console.log(`  proportional, Redis servers:  ${range(({ redis }) => redis.proportional)} MB`);
  console.log(`  Redis servers:                ${range(({ serverCount }) => serverCount)}`);
}

async function restart(options: { dataDir: string; token: string; pathCount: number }): Promise<Restart> {
  const { dataDir, token, pathCount } = options;
  const port = await freePort();
  const ca = readFileSync(join(dataDir, "ca.pem"), "utf8");
  const agent = new Agent({ keepAlive: true, ca });
  const startedMs = performance.now();
  const program = startProgram([
    "bin/cuprite.js",
    "start",
    `--port=${port}`,
    `--data-dir=${dataDir}`,
    "--log-level=warn",
  ]);
  const paths = await allOpen(() => readPaths({ port, token, agent }), pathCount);
  const openMs = performance.now() - startedMs;
  await Promise.all(
    [...new Map(paths.map((path) => [path.clusterName, path])).values()].map((path) => reply(path, ca)),
  );
  const repliedMs = performance.now() - startedMs;
  agent.destroy();
  await delay(1_000);
  const servers = serversIn(dataDir);
  const measured = { cuprite: memoryOf([pidOf(program)]), redis: memoryOf(servers), serverCount: servers.length };
  await stopProgram(program);
  return { openMs, repliedMs, ...measured };
}

async function allOpen(
  read: () => Promise<readonly ToldPath[] | undefined>,
  count: number,
): Promise<readonly ToldPath[]> {
  const deadlineMs = performance.now() + limitMs;
  while (performance.now() < deadlineMs) {
    const open = (await read())?.filter(({ takesClients }) => takesClients) ?? [];
    if (open.length === count) return open;
    await delay(10);
  }
  throw new Error(`Not all ${count} paths were open within ${limitMs / 1_000} s.`);
}

/** All paths; undefined while the server does not respond. */
async function readPaths(server: {
  port: number;
  token: string;
  agent: Agent;
}): Promise<readonly ToldPath[] | undefined> {
  const { port, token, agent } = server;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { authorization: `Bearer ${token}` };
  request({ host: "localhost", port, path: "/cuprite/paths", agent, headers }, resolve).once("error", reject).end();
  try {
    const response = await promise;
    const content = await text(response);
    if (response.statusCode !== 200) throw new Error(`GET /cuprite/paths: ${response.statusCode} ${content}`);
    return (JSON.parse(content) as { paths: readonly ToldPath[] }).paths;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause) return undefined; // Nobody listens yet.
    throw cause;
  }
}

/** Resolves when the database at the end of a path has replied: without a password it replies with an error. */
async function reply({ address, port }: ToldPath, ca: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect({ host: address, port, ca, servername: "localhost" }, () => socket.write("PING\r\n"));
  socket.once("data", () => resolve()).once("error", reject);
  socket.once("close", () => reject(new Error(`${address}:${port} replied nothing.`)));
  await promise;
  socket.destroy();
}

const pidOf = ({ pid }: ChildProcess): number => pid ?? 0;

/** The Redis servers of a data directory, by the notes that Cuprite keeps for its successor. */
const serversIn = (dataDir: string): number[] =>
  readdirSync(join(dataDir, "redis")).map((name) => {
    const note = readFileSync(join(dataDir, "redis", name, "process.json"), "utf8");
    return (JSON.parse(note) as { pid: number }).pid;
  });

const memoryOf = (pids: readonly number[]): Memory => ({
  resident: sum(pids.map(residentMb)),
  proportional: sum(pids.map(proportionalMb)),
});

/** The proportional set of a process (proc(5): smaps_rollup), in megabytes. */
function proportionalMb(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1_024;
}

const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);

for (const each of cases) {
  await withTempDir(async (dataDir) => {
    const { program, arm, hangUp } = await startServer({ dataDir });
    await addNetwork(arm);
    await each.make(arm);
    hangUp();
    await stopProgram(program);
    await report(each, dataDir);
  });
}
