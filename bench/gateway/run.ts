import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isListening } from "../../test/support/is-listening.ts";
import { markdownTable } from "../../scripts/markdown-table.js";
import { evenIfBusy, numbersOf, onlyNames } from "../support/arguments.ts";
import { grouped, median, spread } from "../support/figures.ts";
import { cpuSeconds } from "../support/kernel-accounting.ts";
import { childrenOf } from "../support/processes.ts";
import { freePort, startCommand, withTempDir } from "../support/program.ts";
import { busyNotes, inTurns, runRounds, type Contest, type Rounds } from "../support/rounds.ts";
import { addCluster, addNetwork, decide, findPath, readKeys, requestEndpoint, startServer } from "../support/server.ts";

/*
 * What the gateway costs: redis-benchmark with 50 clients over TLS, straight to a Redis that does the TLS itself, through
 * Cuprite's gateway, and through HAProxy in TCP mode, which passes the TLS on to that same Redis. In turns, round by
 * round; the ratios are of one round each. Beside the rate is the processor time for each request: of what is between the
 * clients and Redis, and of Redis.
 *
 *   npm run bench:gateway [-- rounds seconds --only=get,set --even-if-busy]
 *
 * Needs redis-server, redis-benchmark and haproxy (Debian: redis-server, redis-tools, haproxy).
 */
const [rounds = 7, seconds = 1.5] = numbersOf(process.argv.slice(2));
const clients = 50;
const valueBytes = 65_536;

/** One kind of load; with a guess at the rate, a round lasts about as long as asked for. */
const loads = [
  { key: "get", name: "GET", args: ["-t", "get"], perSecond: 20_000 },
  { key: "set", name: "SET", args: ["-t", "set"], perSecond: 20_000 },
  { key: "get16", name: "GET, pipelined by 16", args: ["-t", "get", "-P", "16"], perSecond: 200_000 },
  { key: "set16", name: "SET, pipelined by 16", args: ["-t", "set", "-P", "16"], perSecond: 200_000 },
  { key: "get64k", name: "GET of 64 KiB", args: ["-t", "get", "-d", `${valueBytes}`], perSecond: 6_000 },
  { key: "set64k", name: "SET of 64 KiB", args: ["-t", "set", "-d", `${valueBytes}`], perSecond: 1_000 },
] as const;

const targetNames = ["direct", "gateway", "clustered", "haproxy"] as const;
type TargetName = (typeof targetNames)[number];

interface Target {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  /** What is between the clients and Redis; undefined for nothing. */
  readonly between: number | undefined;
  readonly redis: readonly number[];
}

/** Microseconds of processor time are for each request. */
interface Measured {
  readonly perSecond: number;
  readonly betweenUs: number;
  readonly redisUs: number;
}

type Figures = Readonly<Record<TargetName, Measured>>;

await withTempDir(async (dataDir) => {
  for (const program of ["redis-benchmark", "haproxy", "redis-server"]) requireProgram(program);
  const throughGateway = await startGateway(dataDir);
  const direct = await startRedis(dataDir);
  const targets = { ...throughGateway, direct, haproxy: await startHaproxy(dataDir, direct) };
  const only = onlyNames(process.argv);
  const contests: Contest<Figures>[] = [];
  for (const load of loads.filter(({ key }) => only?.includes(key) ?? true)) {
    const run = (round: number): Promise<Figures> =>
      inTurns(targets, round, (target) => measure(dataDir, target, { ...load, requests: load.perSecond * seconds }));
    contests.push({
      name: load.name,
      run: async (round) => {
        // What is read is there, and as long as the load says.
        const fill = { ...load, args: [...load.args, "-t", "set"], requests: 500 };
        for (const name of targetNames) await measure(dataDir, targets[name], fill);
        return await run(round);
      },
    });
  }
  print(await runRounds(contests, { rounds, evenIfBusy }));
});

interface Run {
  readonly args: readonly string[];
  readonly requests: number;
}

/** The rate as redis-benchmark counts it, and processor time as the kernel does. */
async function measure(dataDir: string, target: Target, { args, requests }: Run): Promise<Measured> {
  const where = ["-h", target.host, "-p", String(target.port), "--user", "default", "-a", target.password];
  const tls = ["--tls", "--sni", "localhost", "--cacert", join(dataDir, "ca.pem")];
  const all = [...where, ...tls, "-c", String(clients), "-n", String(Math.round(requests)), "--csv", ...args];
  const used = (): { between: number; redis: number } => ({
    between: target.between === undefined ? 0 : cpuSeconds(target.between),
    redis: target.redis.reduce((sum, pid) => sum + cpuSeconds(pid), 0),
  });
  const before = used();
  const program = spawn("redis-benchmark", all, { stdio: ["ignore", "pipe", "ignore"] });
  let output = "";
  program.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(program, "close");
  const after = used();
  const rate = /^"(?:GET|SET)[^"]*","([\d.]+)"/m.exec(output)?.[1];
  if (rate === undefined) throw new Error(`redis-benchmark said:\n${output}`);
  const each = (of: "between" | "redis"): number => ((after[of] - before[of]) / requests) * 1e6;
  return { perSecond: Number(rate), betweenUs: each("between"), redisUs: each("redis") };
}

function print(results: readonly Rounds<Figures>[]): void {
  const rows = results
    .filter(({ figures }) => figures.length > 0)
    .flatMap(({ name, figures }) => targetNames.map((target) => [name, ...rowOf(target, figures)]));
  const cpu = ["CPU between, µs", "of Redis, µs", "together beside HAProxy"];
  console.log(markdownTable([["load", "", "requests/s", "beside HAProxy", ...cpu], ...rows]));
  for (const note of busyNotes(results, { evenIfBusy })) console.log(note);
}

function rowOf(target: TargetName, figures: readonly Figures[]): string[] {
  const beside = (pick: (measured: Measured) => number): string =>
    spread(figures.map((round) => pick(round[target]) / pick(round.haproxy)));
  const middle = (pick: (measured: Measured) => number): number => median(figures.map((round) => pick(round[target])));
  return [
    target,
    grouped(middle(({ perSecond }) => perSecond)),
    beside(({ perSecond }) => perSecond),
    grouped(
      middle(({ betweenUs }) => betweenUs),
      1,
    ),
    grouped(
      middle(({ redisUs }) => redisUs),
      1,
    ),
    beside(({ betweenUs, redisUs }) => betweenUs + redisUs),
  ];
}

function requireProgram(name: string): void {
  if (spawnSync("which", [name], { stdio: "ignore" }).status !== 0) throw new Error(`${name} is not on PATH.`);
}

/** Starts Cuprite with two clusters, each with an approved private endpoint: one Redis, and one in cluster mode. */
async function startGateway(dataDir: string): Promise<Record<"gateway" | "clustered", Target>> {
  const { arm, hangUp, program } = await startServer({ dataDir });
  await addNetwork(arm);
  const policies = { gateway: "EnterpriseCluster", clustered: "OSSCluster" } as const;
  const add = async (name: keyof typeof policies): Promise<Target> => {
    const cluster = await addCluster(arm, name, { clusteringPolicy: policies[name] });
    await requestEndpoint(arm, cluster, name);
    await decide(arm, { cluster, name, status: "Approved" });
    const { address: host, port } = await findPath(arm, { clusterName: name, name, isOpen: true });
    const password = (await readKeys(arm, cluster)).primaryKey;
    const between = program.pid ?? 0;
    // Also that of the cluster before, which is idle meanwhile.
    const redis = childrenOf(between).map(({ pid }) => pid);
    return { host, port, password, between, redis };
  };
  const targets = { gateway: await add("gateway"), clustered: await add("clustered") };
  hangUp();
  return targets;
}

/** Starts a Redis that does TLS itself, with a cluster's own certificate. */
async function startRedis(dataDir: string): Promise<Target> {
  const port = await freePort();
  const folder = join(dataDir, "tls", "clusters");
  const certificate = join(folder, readdirSync(folder)[0] ?? "");
  const password = "benchmark";
  const tls = ["--tls-port", port, "--tls-cert-file", certificate, "--tls-key-file", certificate];
  const authentication = ["--tls-ca-cert-file", join(dataDir, "ca.pem"), "--tls-auth-clients", "no"];
  const own = ["--port", 0, "--bind", "127.0.0.1", "--save", "", "--requirepass", password, "--loglevel", "warning"];
  const program = startCommand("redis-server", [...tls, ...authentication, ...own].map(String));
  await untilListening(port);
  return { host: "127.0.0.1", port, password, between: undefined, redis: [program.pid ?? 0] };
}

async function startHaproxy(dataDir: string, before: Target): Promise<Target> {
  const port = await freePort();
  const config = join(dataDir, "haproxy.cfg");
  const lines = [
    "defaults",
    "  mode tcp",
    "  timeout connect 5s",
    "  timeout client 10m",
    "  timeout server 10m",
    "listen redis",
    `  bind 127.0.0.1:${port}`,
    `  server redis ${before.host}:${before.port}`,
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  const program = startCommand("haproxy", ["-db", "-q", "-f", config]);
  await untilListening(port);
  return { ...before, port, between: program.pid ?? 0 };
}

async function untilListening(port: number): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (performance.now() < deadlineMs) {
    if (await isListening({ address: "127.0.0.1", port })) return;
    await delay(20);
  }
  throw new Error(`Nobody listened at port ${port} within 10 s.`);
}
