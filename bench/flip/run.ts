import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connect as connectTls } from "node:tls";
import type { TLSSocket } from "node:tls";
import { freePort, median, outputOf, startProgram, stopProgram, withTempDir } from "../support/program.ts";

/*
 * From sending the decision on a private endpoint connection to what a client sees of it: approval to the first PONG
 * through the endpoint, rejection to the end of a connection that was open.
 *
 *   node bench/flip/run.ts [rounds]
 */
const [rounds = 30] = process.argv.slice(2).map(Number);
const settleMs = 250;
const subscription = "/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f";
const cluster = `${subscription}/resourceGroups/rg1/providers/Microsoft.Cache/redisEnterprise/cache1`;
const network = `${subscription}/resourceGroups/rg1/providers/Microsoft.Network`;

await withTempDir(async (dataDir) => {
  const port = await freePort();
  const program = startProgram(["bin/cuprite.js", "start", "--demo", `--port=${port}`, `--data-dir=${dataDir}`]);
  await outputOf(program, /Ctrl\+C stops it/);
  const ca = readFileSync(join(dataDir, "ca.pem"), "utf8");
  const tokenMaker = startProgram(["bin/cuprite.js", "token", "--data-dir", dataDir]);
  const token = (await outputOf(tokenMaker, /^(\S+)\n$/))[1] ?? "";
  const agent = new Agent({ keepAlive: true, ca });

  const arm = armCaller({ port, token, agent });
  const decide = (name: string, status: string): Promise<unknown> =>
    arm("PUT", `${cluster}/privateEndpointConnections/${name}`, {
      properties: { privateLinkServiceConnectionState: { status, description: status } },
    });
  const subnets = [{ name: "default", properties: { addressPrefix: "10.0.0.0/24" } }];
  const addressSpace = { addressPrefixes: ["10.0.0.0/16"] };
  const vnet = `${network}/virtualNetworks/bench`;
  await arm("PUT", vnet, { location: "eastus", properties: { addressSpace, subnets } });

  const approvedMs: number[] = [];
  const rejectedMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const name = `pe${round}`;
    const groupIds = ["redisEnterprise"];
    const connection = { name, properties: { privateLinkServiceId: cluster, groupIds, requestMessage: "Please." } };
    const properties = { subnet: { id: `${vnet}/subnets/default` }, manualPrivateLinkServiceConnections: [connection] };
    await arm("PUT", `${network}/privateEndpoints/${name}`, { location: "eastus", properties });
    const host = await addressOf(arm, name);
    // Owners do not decide within milliseconds: the certificate names the new address by then.
    await new Promise((resolve) => setTimeout(resolve, settleMs));

    let startedMs = performance.now();
    const [client] = await Promise.all([firstPong(host, ca), decide(name, "Approved")]);
    approvedMs.push(performance.now() - startedMs);

    startedMs = performance.now();
    await Promise.all([once(client, "close"), decide(name, "Rejected")]);
    rejectedMs.push(performance.now() - startedMs);
    await arm("DELETE", `${network}/privateEndpoints/${name}`);
  }
  const range = (figures: number[]): string =>
    `median ${median(figures).toFixed(1)} (${Math.min(...figures).toFixed(1)} to ${Math.max(...figures).toFixed(1)})`;
  console.log(`approve to first PONG:   ${range(approvedMs)} ms`);
  console.log(`reject to socket closed: ${range(rejectedMs)} ms`);
  agent.destroy();
  await stopProgram(program);
});

/** Dials until somebody listens, and answers with the connection once the server has replied to a PING. */
async function firstPong(host: string, ca: string): Promise<TLSSocket> {
  for (;;) {
    const socket = connect({ host, port: 10_000 });
    try {
      await once(socket, "connect");
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 1));
      continue;
    }
    const secured = connectTls({ socket, ca, servername: "localhost" });
    secured.on("error", () => undefined);
    secured.write("PING\r\n");
    // Without a password the reply is NOAUTH: it comes from the database all the same.
    await once(secured, "data");
    return secured;
  }
}

type Arm = (method: string, path: string, body?: object) => Promise<unknown>;

function armCaller({ port, token, agent }: { port: number; token: string; agent: Agent }): Arm {
  return async (method, path, body) => {
    const url = new URL(`https://localhost:${port}${path}`);
    if (!url.searchParams.has("api-version")) url.searchParams.set("api-version", "2025-07-01");
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const call = request(url, { method, agent, headers }).end(body && JSON.stringify(body));
    const [response] = (await once(call, "response")) as [IncomingMessage];
    const content = await text(response);
    if ((response.statusCode ?? 0) >= 300) throw new Error(`${method} ${path}: ${content}`);
    return content === "" ? undefined : JSON.parse(content);
  };
}

/** Where a path is served, once it is known. */
async function addressOf(arm: Arm, name: string): Promise<string> {
  const { paths } = (await arm("GET", "/cuprite/paths")) as { paths: { name: string; address: string }[] };
  const found = paths.find((path) => path.name === name);
  return found === undefined ? await addressOf(arm, name) : found.address;
}
