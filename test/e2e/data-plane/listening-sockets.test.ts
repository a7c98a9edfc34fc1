import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { clusterId, startDataPlane, type DataPlaneProgram } from "../../support/data-plane.ts";
import { listeningSockets } from "../../support/listening-sockets.ts";
import { tempDir } from "../../support/temp-dir.ts";

const policies = ["EnterpriseCluster", "OSSCluster", "NoCluster"] as const;

const sorted = (lines: Iterable<string>): string[] => [...lines].toSorted((a, b) => a.localeCompare(b));

/** What the documents list: Resource Manager, managed identity, a resolver for each view and an address for each open path. */
async function documented(plane: DataPlaneProgram): Promise<string[]> {
  const { origin, managedIdentityUrl } = plane.program;
  const { body } = await plane.arm.get("/cuprite/dns");
  const { resolvers } = body as { resolvers: { address: string; port: number }[] };
  const paths = (await plane.paths()).filter(({ isOpen }) => isOpen);
  return sorted([
    `tcp 127.0.0.1:${new URL(origin).port}`,
    `tcp 127.0.0.1:${new URL(managedIdentityUrl).port}`,
    ...resolvers.flatMap(({ address, port }) => [`tcp ${address}:${port}`, `udp ${address}:${port}`]),
    ...paths.map(({ address, port }) => `tcp ${address}:${port}`),
  ]);
}

/** Whether only the user who runs Cuprite can reach a unix socket. */
async function isPrivate(path: string): Promise<boolean> {
  const [folder, socket] = await Promise.all([stat(dirname(path)), stat(path)]);
  return (folder.mode & 0o077) === 0 && (socket.mode & 0o077) === 0;
}

/** What listens over TCP and UDP, and each unix socket with whether it is private. */
async function listening(plane: DataPlaneProgram): Promise<{ internet: string[]; unix: boolean[] }> {
  const sockets = await listeningSockets(plane.program.pid);
  const internet = sockets.filter(({ kind }) => kind !== "unix").map(({ kind, place }) => `${kind} ${place}`);
  const unix = sockets.filter(({ kind }) => kind === "unix").map(({ place }) => isPrivate(place));
  return { internet: sorted(internet), unix: await Promise.all(unix) };
}

const privateSockets = policies.map(() => true);

async function addOneOfEachPolicy(plane: DataPlaneProgram): Promise<void> {
  for (const [at, clusteringPolicy] of policies.entries()) {
    const id = await plane.addCluster(`c${at}`, { database: { clusteringPolicy } });
    await plane.requestEndpoint(id, `pe${at}`);
    await plane.decide(id, `pe${at}`, "Approved");
    await plane.path(`c${at}`, `pe${at}`);
  }
}

const isListed = process.platform === "linux";

test.runIf(isListed)("Cuprite and its Redis servers listen only at the documented addresses", async () => {
  const plane = await startDataPlane(await tempDir());
  await addOneOfEachPolicy(plane);
  expect(await listening(plane)).toEqual({ internet: await documented(plane), unix: privateSockets });
});

test.runIf(isListed)("a Redis that is started again listens at the same addresses", async () => {
  const plane = await startDataPlane(await tempDir());
  await addOneOfEachPolicy(plane);
  const before = await listeningSockets(plane.program.pid);
  const servers = before.filter(({ kind }) => kind === "unix");
  for (const { pid } of servers) process.kill(pid, "SIGKILL");
  for (const at of policies.keys()) {
    const { primaryKey: password } = await plane.keys(clusterId(`c${at}`));
    const client = await plane.dial(await plane.path(`c${at}`, "public"), { password });
    expect(await client.ping()).toBe("PONG");
  }
  expect(await listening(plane)).toEqual({ internet: await documented(plane), unix: privateSockets });
});
