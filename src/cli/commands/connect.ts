import { spawn } from "node:child_process";
import { once } from "node:events";
import type { DataPlaneReport, PathReport } from "../../management/data-plane-routes.ts";
import { exitCodes, WrongCall, type Call, type Command, type Flag } from "../command.ts";
import { findServer, registerRedisToken, serverFlags, type ServerClient } from "../server.ts";

const viaFlag: Flag = {
  name: "via",
  value: "<endpoint>|public",
  summary: "The path to use: a private endpoint's, or the public one.",
  default: "the first open path, private before public",
};

/** Runs redis-cli on a database, with its address, CA certificate and credentials. */
export const connect: Command = {
  name: "connect",
  summary: "Run redis-cli on a cluster's database, through one of its paths.",
  flags: [viaFlag, ...serverFlags],
  words: "<cluster> [redis-cli arguments …]",
  async run(call) {
    const [cluster, ...args] = call.words;
    if (cluster === undefined) throw new WrongCall("connect needs the name of a cluster: cuprite connect <cluster>.");
    const server = await findServer(call);
    const report = await server.call<DataPlaneReport>({ method: "GET", path: "/cuprite/paths" });
    if (report.missing !== undefined) throw new Error(report.missing);
    const path = choosePath(report.paths, { cluster, via: call.flags.get(viaFlag.name)?.toString() });
    if (!path.takesClients) {
      throw new Error(`Connection refused by ${path.name}: ${path.closedBecause ?? "it is not open yet"}.`);
    }
    const credentials = path.accessKeys ? await accessKey(path, server) : await ownToken(path, { server, call });
    return await runRedisCli(path, { args, caPemPath: server.caPemPath, ...credentials });
  },
};

function choosePath(paths: readonly PathReport[], wanted: { cluster: string; via: string | undefined }): PathReport {
  const ofCluster = paths.filter(({ clusterName, clusterId }) =>
    [clusterName, clusterId].some((name) => name.toLowerCase() === wanted.cluster.toLowerCase()),
  );
  if (ofCluster.length === 0) throw new Error(`There is no cluster '${wanted.cluster}'.`);
  const names = ofCluster.map(({ name }) => name).join(", ");
  if (new Set(ofCluster.map(({ clusterId }) => clusterId)).size > 1) {
    throw new Error(`There are several clusters '${wanted.cluster}': give the id of one.`);
  }
  const { via } = wanted;
  const open = ofCluster.filter(({ takesClients }) => takesClients).toSorted((a, b) => a.kind.localeCompare(b.kind));
  const chosen =
    via === undefined
      ? (open[0] ?? ofCluster[0])
      : ofCluster.find(({ name }) => name.toLowerCase() === via.toLowerCase());
  if (chosen !== undefined) return chosen;
  throw new Error(`The cluster '${wanted.cluster}' has no path '${via}'. There is: ${names}.`);
}

async function runRedisCli(
  path: PathReport,
  { args, caPemPath, user, password }: Credentials & { args: readonly string[]; caPemPath: string },
): Promise<number> {
  const tls = path.clientProtocol === "Plaintext" ? [] : ["--tls", "--cacert", caPemPath, "--sni", path.hostName];
  const where = ["-h", path.address, "-p", String(path.port), ...tls, ...(user === undefined ? [] : ["--user", user])];
  const env = { ...process.env, REDISCLI_AUTH: password };
  const client = spawn("redis-cli", [...where, "--no-auth-warning", ...args], { stdio: "inherit", env });
  const [code] = (await once(client, "exit").catch(() => {
    throw new Error("redis-cli is not on PATH: install it, or connect to the address that `cuprite endpoints` prints.");
  })) as [number | null];
  return code === 0 ? exitCodes.done : exitCodes.failed;
}

interface Credentials {
  readonly user: string | undefined;
  readonly password: string;
}

async function accessKey({ databaseId }: PathReport, server: ServerClient): Promise<Credentials> {
  const path = `${databaseId}/listKeys?api-version=2025-07-01`;
  const { primaryKey } = await server.call<{ primaryKey: string }>({ method: "POST", path });
  return { user: undefined, password: primaryKey };
}

/** A token of the owner, who also needs an access policy assignment on the database. */
async function ownToken(
  { databaseId, clusterName, clientProtocol }: PathReport,
  { server, call: { settings, terminal } }: { server: ServerClient; call: Call },
): Promise<Credentials> {
  if (clientProtocol === "Plaintext") {
    throw new Error(
      `Access keys of '${clusterName}' are disabled, and tokens open no database whose clientProtocol is Plaintext: ` +
        "enable accessKeysAuthentication, or make a database with clientProtocol Encrypted.",
    );
  }
  // Made without the authority, like the token of `cuprite token`: under --strict the authority requires a password.
  const { mintAccessToken } = await import("../../identity/tokens/mint.ts");
  const password = await mintAccessToken({
    dataDir: settings.dataDir,
    principal: "owner",
    audience: "https://redis.azure.com",
    clock: terminal.clock,
  });
  const user = await registerRedisToken(password, server);
  const path = `${databaseId}/accessPolicyAssignments?api-version=2025-07-01`;
  const { value } = await server.call<{ value: { properties: { user: { objectId: string } } }[] }>({
    method: "GET",
    path,
  });
  if (value.some(({ properties }) => properties.user.objectId.toLowerCase() === user)) return { user, password };
  throw new Error(
    `Access keys of '${clusterName}' are disabled, and owner@cuprite.local (${user}) has no access policy assignment on its database.`,
  );
}
