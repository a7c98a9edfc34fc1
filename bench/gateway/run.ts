import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { median } from "../support/figures.ts";
import { freePort, startCommand, withTempDir } from "../support/program.ts";
import { addCluster, addNetwork, decide, findPath, readKeys, requestEndpoint, startServer } from "../support/server.ts";
import { isListening } from "../../test/support/is-listening.ts";

/*
 * What the gateway costs: redis-benchmark with 50 clients over TLS, straight to a Redis that does the TLS itself, through
 * Cuprite's gateway, and through HAProxy in TCP mode, which passes the TLS on to that same Redis. In turns, round by
 * round; the ratios are of one round each.
 *
 *   npm run bench:gateway [-- rounds seconds]
 *
 * Needs redis-server, redis-benchmark and haproxy (Debian: redis-server, redis-tools, haproxy).
 */
const [rounds = 7, seconds = 3] = process.argv.slice(2).map(Number);
const clients = 50;
const valueBytes = 65_536;

/** One kind of load; with a guess at the rate, a round lasts about as long as asked for. */
const loads = [
  { name: "GET", args: ["-t", "get"], perSecond: 20_000 },
  { name: "SET", args: ["-t", "set"], perSecond: 20_000 },
  { name: "GET, pipelined by 16", args: ["-t", "get", "-P", "16"], perSecond: 200_000 },
  { name: "SET, pipelined by 16", args: ["-t", "set", "-P", "16"], perSecond: 200_000 },
  { name: "GET of 64 KiB", args: ["-t", "get", "-d", `${valueBytes}`], perSecond: 6_000 },
  { name: "SET of 64 KiB", args: ["-t", "set", "-d", `${valueBytes}`], perSecond: 1_000 },
] as const;

interface Target {
  readonly name: "direct" | "gateway" | "clustered" | "haproxy";
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

/** What redis-benchmark sends how much of to whom. */
interface Run {
  readonly target: Target;
  readonly args: readonly string[];
  readonly requests: number;
}

await withTempDir(async (dataDir) => {
  for (const program of ["redis-benchmark", "haproxy", "redis-server"]) requireProgram(program);
  const throughGateway = await startGateway(dataDir);
  const direct = await startRedis(dataDir);
  const haproxy = await startHaproxy(dataDir, direct);
  const targets = [direct, ...throughGateway, haproxy];
  for (const load of loads) {
    // What is read is there, and as long as the load says.
    for (const target of targets)
      await perSecond(dataDir, { target, args: [...load.args, "-t", "set"], requests: 500 });
    const rates = new Map(targets.map(({ name }) => [name, [] as number[]]));
    for (let round = 0; round < rounds; round += 1) {
      for (const target of targets) {
        const rate = await perSecond(dataDir, { target, args: load.args, requests: load.perSecond * seconds });
        rates.get(target.name)?.push(rate);
      }
    }
    report(load.name, rates);
  }
});

/** Requests a second, as redis-benchmark counts them. */
async function perSecond(dataDir: string, { target, args, requests }: Run): Promise<number> {
  const where = ["-h", target.host, "-p", String(target.port), "--user", "default", "-a", target.password];
  const tls = ["--tls", "--sni", "localhost", "--cacert", join(dataDir, "ca.pem")];
  const all = [...where, ...tls, "-c", String(clients), "-n", String(requests), "--csv", ...args];
  const program = spawn("redis-benchmark", all, { stdio: ["ignore", "pipe", "ignore"] });
  let output = "";
  program.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(program, "close");
  const rate = /^"(?:GET|SET)[^"]*","([\d.]+)"/m.exec(output)?.[1];
  if (rate === undefined) throw new Error(`redis-benchmark said:\n${output}`);
  return Number(rate);
}

function report(load: string, rates: ReadonlyMap<Target["name"], readonly number[]>): void {
  console.log(`${load}:`);
  const best = rates.get("haproxy") ?? [];
  for (const [name, figures] of rates) {
    const ratios = figures.map((rate, round) => rate / (best[round] ?? Number.NaN));
    const [rate, ratio] = [figures.map((each) => each / 1_000), ratios];
    console.log(`  ${name.padEnd(10)} ${range(rate, 1)} thousand a second, ${range(ratio, 2)} of HAProxy`);
  }
}

function range(figures: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...figures), Math.max(...figures)].map((figure) => figure.toFixed(digits));
  return `${median(figures).toFixed(digits)} (${least} to ${most})`;
}

function requireProgram(name: string): void {
  if (spawnSync("which", [name], { stdio: "ignore" }).status !== 0) throw new Error(`${name} is not on PATH.`);
}

/** Starts Cuprite with two clusters, each with an approved private endpoint: one Redis, and one in cluster mode. */
async function startGateway(dataDir: string): Promise<Target[]> {
  const { arm, hangUp } = await startServer({ dataDir });
  await addNetwork(arm);
  const policies = { gateway: "EnterpriseCluster", clustered: "OSSCluster" } as const;
  const targets: Target[] = [];
  for (const name of ["gateway", "clustered"] as const) {
    const cluster = await addCluster(arm, name, { clusteringPolicy: policies[name] });
    await requestEndpoint(arm, cluster, name);
    await decide(arm, { cluster, name, status: "Approved" });
    const { address: host, port } = await findPath(arm, { clusterName: name, name, isOpen: true });
    targets.push({ name, host, port, password: (await readKeys(arm, cluster)).primaryKey });
  }
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
  startCommand("redis-server", [...tls, ...authentication, ...own].map(String));
  await untilListening(port);
  return { name: "direct", host: "127.0.0.1", port, password };
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
  startCommand("haproxy", ["-db", "-q", "-f", config]);
  await untilListening(port);
  return { ...before, name: "haproxy", port };
}

async function untilListening(port: number): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (performance.now() < deadlineMs) {
    if (await isListening({ address: "127.0.0.1", port })) return;
    await delay(20);
  }
  throw new Error(`Nobody listened at port ${port} within 10 s.`);
}
