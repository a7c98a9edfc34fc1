import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { median } from "../support/figures.ts";
import { stopProgram, withTempDir } from "../support/program.ts";
import {
  addNetwork,
  clusterId,
  decide,
  endpointId,
  findPath,
  requestEndpoint,
  startServer,
} from "../support/server.ts";

/*
 * From sending the decision on a private endpoint connection to what a client sees of it: approval to the first PONG
 * through the endpoint, rejection to the end of a connection that was open.
 *
 *   npm run bench:flip [-- rounds]
 */
const [rounds = 30] = process.argv.slice(2).map(Number);
const settleMs = 250;
const cluster = clusterId("cache1");

await withTempDir(async (dataDir) => {
  const { program, ca, arm, hangUp } = await startServer({ dataDir, args: ["--demo"] });
  await addNetwork(arm);
  // A Redis Cluster serves two seconds after its start, which is none of a path's doing.
  (
    await firstPong((await findPath(arm, { clusterName: "cache1", name: "public", isOpen: true })).address, ca)
  ).destroy();

  const approvedMs: number[] = [];
  const rejectedMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const name = `pe${round}`;
    await requestEndpoint(arm, cluster, name);
    const { address } = await findPath(arm, { clusterName: "cache1", name });
    // Owners do not decide within milliseconds: the certificate names the new address by then.
    await new Promise((resolve) => setTimeout(resolve, settleMs));

    let startedMs = performance.now();
    const [client] = await Promise.all([firstPong(address, ca), decide(arm, { cluster, name, status: "Approved" })]);
    approvedMs.push(performance.now() - startedMs);

    startedMs = performance.now();
    await Promise.all([once(client, "close"), decide(arm, { cluster, name, status: "Rejected" })]);
    rejectedMs.push(performance.now() - startedMs);
    await arm("DELETE", endpointId(name));
  }
  const range = (figures: number[]): string =>
    `median ${median(figures).toFixed(1)} (${Math.min(...figures).toFixed(1)} to ${Math.max(...figures).toFixed(1)})`;
  console.log(`approve to first PONG:   ${range(approvedMs)} ms`);
  console.log(`reject to socket closed: ${range(rejectedMs)} ms`);
  hangUp();
  await stopProgram(program);
});

/** Dials until somebody listens. Resolves to the connection once the server has replied to a PING. */
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
