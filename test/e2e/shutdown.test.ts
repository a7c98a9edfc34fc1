import type { ClientRequest, IncomingMessage } from "node:http";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { armCaller, demoGroup, ownerToken } from "../support/arm-caller.ts";
import { runCuprite, startProgram, type Program } from "../support/program.ts";
import { tempDir } from "../support/temp-dir.ts";

const clusterPath = (name: string): string => `${demoGroup}/providers/Microsoft.Cache/redisEnterprise/${name}`;
const clusterBody = JSON.stringify({
  location: "eastus",
  tags: {},
  sku: { name: "Balanced_B1" },
  properties: { publicNetworkAccess: "Enabled" },
});

/** Begins a PUT and answers once the server has its head and waits for its body. */
async function beginPut(program: Program, token: string, name: string): Promise<ClientRequest> {
  const outgoing = request(`${program.origin}${clusterPath(name)}?api-version=2025-07-01`, {
    method: "PUT",
    ca: await readFile(program.caPemPath, "utf8"),
    agent: false,
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(clusterBody),
      expect: "100-continue",
    },
  });
  outgoing.flushHeaders();
  await once(outgoing, "continue");
  return outgoing;
}

async function finishPut(outgoing: ClientRequest): Promise<{ status: number | undefined; body: unknown }> {
  outgoing.end(clusterBody);
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  return { status: response.statusCode, body: JSON.parse(await text(response)) };
}

const isListening = async ({ origin, caPemPath }: Program): Promise<boolean> => {
  const outgoing = request(`${origin}/healthz`, { ca: await readFile(caPemPath, "utf8"), agent: false }).end();
  return await once(outgoing, "response").then(
    () => true,
    () => false,
  );
};

test.for(["SIGTERM", "SIGINT"] as const)("%s lets requests in progress finish, then ends with 0", async (signal) => {
  const dataDir = await tempDir();
  const program = await startProgram({ dataDir, args: ["--demo"] });
  const token = await ownerToken(program, dataDir);
  const names = Array.from({ length: 16 }, (_, index) => `cache-${index}`);
  const begun = await Promise.all(names.map((name) => beginPut(program, token, name)));
  const stopping = program.stop(signal);
  await expect.poll(() => isListening(program)).toBe(false);
  const answers = await Promise.all(begun.map(finishPut));
  expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
  // A program that is not closed within its own limit (5 s) says so and ends with 1.
  expect(await stopping).toEqual({ code: 0, signal: null });
  expect(program.errors()).toBe("");

  const arm = await armCaller(await startProgram({ dataDir }), token);
  const found = await Promise.all(names.map((name) => arm.get(clusterPath(name))));
  expect(found.map(({ body }) => body)).toEqual(answers.map(({ body }) => body));
});

test("a client that never finishes its request neither delays the end nor leaves an error in the log", async () => {
  const dataDir = await tempDir();
  const program = await startProgram({ dataDir, args: ["--demo"] });
  const unfinished = await beginPut(program, await ownerToken(program, dataDir), "never");
  const cut = once(unfinished, "error");
  expect(await program.stop()).toEqual({ code: 0, signal: null });
  expect(await cut).toMatchObject([{ code: "ECONNRESET" }]);
  expect(program.errors()).toBe("");
});

test("a second program on the same data directory is refused with one sentence, and the first keeps running", async () => {
  const dataDir = await tempDir();
  const program = await startProgram({ dataDir });
  expect(await runCuprite(["start", "--port", "0", "--data-dir", dataDir, "--log-level=warn"])).toEqual({
    code: 1,
    signal: null,
    stdout: "",
    stderr: `The data directory ${dataDir} is in use by another Cuprite, process ${program.pid}, at ${program.origin}.\n`,
  });
  expect(await isListening(program)).toBe(true);
});
