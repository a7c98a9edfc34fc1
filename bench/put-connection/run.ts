import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { measure, type Measured } from "../support/load.ts";
import { approval, connectionPath as path, putRequest } from "./request.ts";
import { median, outputOf, startProgram, withTempDir } from "../support/program.ts";
import { startServer } from "../support/server.ts";

/*
 * The approving PUT over HTTPS keep-alive, durable, beside a bare node:https server that parses the same body and
 * returns the same bytes. Both run at the same time and are loaded in turns, so that a noisy machine is noisy for both.
 *
 *   npm run bench:put-connection [-- seconds rounds]
 */
const [seconds = 5, rounds = 5] = process.argv.slice(2).map(Number);
const connections = 64;
const body = approval("Auto-Approved");

await withTempDir(async (dir) => {
  const dataDir = join(dir, "data");
  const { port, ca, token } = await startServer({ dataDir, args: ["--demo"] });
  const put = putRequest({ port, token }, body);
  const load = { ca, nextRequest: () => put, connections, expectedStatus: 201 };
  const answer = await sampleAnswer({ port, ca, token });

  const bareFile = join(dir, "bare.json");
  writeFileSync(bareFile, JSON.stringify({ ...keyPair(dataDir), body: answer }));
  const bare = startProgram(["bench/put-connection/bare-server.ts", bareFile]);
  const barePort = Number((await outputOf(bare, /"port":(\d+)/))[1]);

  await measure({ ...load, port: barePort, seconds: 2 });
  await measure({ ...load, port, seconds: 2 });
  const results: { bare: Measured; cuprite: Measured }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const result = {
      bare: await measure({ ...load, port: barePort, seconds }),
      cuprite: await measure({ ...load, port, seconds }),
    };
    results.push(result);
    console.log(`round ${round}: bare ${show(result.bare)} | cuprite ${show(result.cuprite)} | ${ratios(result)}`);
  }
  const middle = (pick: (result: { bare: Measured; cuprite: Measured }) => number): string =>
    median(results.map(pick)).toFixed(2);
  console.log(`median of rounds: rate ${middle(rateRatio)} of bare, p99 ${middle(p99Ratio)} times bare's`);
});

function show({ perSecond, medianMs, p99Ms }: Measured): string {
  return `${perSecond.toFixed(0)}/s median ${medianMs.toFixed(1)} ms p99 ${p99Ms.toFixed(1)} ms`;
}

function rateRatio(result: { bare: Measured; cuprite: Measured }): number {
  return result.cuprite.perSecond / result.bare.perSecond;
}

function p99Ratio(result: { bare: Measured; cuprite: Measured }): number {
  return result.cuprite.p99Ms / result.bare.p99Ms;
}

function ratios(result: { bare: Measured; cuprite: Measured }): string {
  return `rate ${rateRatio(result).toFixed(2)}, p99 ${p99Ratio(result).toFixed(2)}`;
}

/** The server's own certificate and key, so that both sides do the same TLS work. */
function keyPair(dataDir: string): { cert: string; key: string } {
  const pem = readFileSync(join(dataDir, "tls", "server.pem"), "utf8");
  const blocks = pem.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----\n?/g) ?? [];
  const key = blocks.filter((block) => block.includes("PRIVATE KEY")).join("");
  return { key, cert: blocks.filter((block) => !block.includes("PRIVATE KEY")).join("") };
}

/** Cuprite's response to the request, which the bare server returns too. */
function sampleAnswer({ port, ca, token }: { port: number; ca: string; token: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const put = request({ host: "localhost", port, ca, path, method: "PUT", headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve(text));
    });
    put.once("error", reject);
    put.end(body);
  });
}
