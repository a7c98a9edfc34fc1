import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { armCaller, demoGroup, ownerToken } from "../support/arm-caller.ts";
import type { ArmAnswer, ArmCall, ArmCaller } from "../support/arm-caller.ts";
import { startProgram } from "../support/program.ts";
import { SeededRandom, chooseSeed } from "../support/seeded-random.ts";
import { tempDir } from "../support/temp-dir.ts";

const operationMs = 1_500;
/** Longer than what was left of any operation when the program started for the last time. */
const patienceMs = 20_000;

const clusters = `${demoGroup}/providers/Microsoft.Cache/redisEnterprise`;
const connection = `${clusters}/cache1/privateEndpointConnections/pectest01`;
const doomedGroup = demoGroup.replace("rg1", "doomed");
const doomedCluster = `${doomedGroup}/providers/Microsoft.Cache/redisEnterprise/inside`;

const clusterBody = {
  location: "eastus",
  sku: { name: "Balanced_B1" },
  properties: { publicNetworkAccess: "Enabled" },
};
const creation = (path: string): ArmCall => ({ method: "PUT", path, body: clusterBody });
const database = (path: string): ArmCall => ({ method: "PUT", path: `${path}/databases/default`, body: {} });

/** Creates what exists, with no operation in progress, before the operations begin. */
const preparation: readonly ArmCall[] = [
  creation(`${clusters}/scaled`),
  creation(`${clusters}/removed`),
  creation(`${clusters}/emptied`),
  database(`${clusters}/emptied`),
  { method: "PUT", path: doomedGroup, body: { location: "eastus" } },
  creation(doomedCluster),
];

interface Operation {
  readonly call: ArmCall;
  /** What a GET finds once it is done: 404, or a body with at least this. */
  readonly leaves: 404 | object;
}

/** Work that takes its time, of every kind. */
const operations: readonly Operation[] = [
  { call: creation(`${clusters}/made1`), leaves: { properties: { resourceState: "Running" } } },
  { call: { method: "DELETE", path: `${clusters}/removed` }, leaves: 404 },
  { call: creation(`${clusters}/made2`), leaves: { properties: { resourceState: "Running" } } },
  {
    call: { method: "PATCH", path: `${clusters}/scaled`, body: { sku: { name: "Balanced_B3" } } },
    leaves: { sku: { name: "Balanced_B3" } },
  },
  { call: database(`${clusters}/cache1`), leaves: { properties: { resourceState: "Running" } } },
  {
    call: {
      method: "PUT",
      path: connection,
      body: { properties: { privateLinkServiceConnectionState: { status: "Approved" } } },
    },
    leaves: { properties: { privateLinkServiceConnectionState: { status: "Approved" } } },
  },
  { call: { method: "DELETE", path: `${clusters}/emptied/databases/default` }, leaves: 404 },
  { call: { method: "DELETE", path: doomedGroup }, leaves: 404 },
];

/** Begins the operations one after the other, as long as the program lives; answers those that were accepted. */
async function begin(arm: ArmCaller, random: SeededRandom): Promise<Map<Operation, ArmAnswer>> {
  const accepted = new Map<Operation, ArmAnswer>();
  for (const operation of operations) {
    await pause(random.between(0, 150));
    const answer = await arm.call(operation.call).catch(() => undefined);
    if (answer === undefined) break;
    if (answer.status >= 300) throw new Error(`${operation.call.path} was refused: ${JSON.stringify(answer.body)}`);
    accepted.set(operation, answer);
  }
  return accepted;
}

/** What an accepted operation's two URLs say, as clients read them. */
async function readOperation(arm: ArmCaller, { headers }: ArmAnswer): Promise<{ status: string; isOver: boolean }> {
  const [statusUrl, resultUrl] = [headers["azure-asyncoperation"], headers.location ?? ""];
  const result = await arm.get(resultUrl);
  // The deletion of a resource group has only the second one.
  if (statusUrl === undefined) return { status: "Succeeded", isOver: result.status !== 202 };
  const { status } = (await arm.get(String(statusUrl))).body as { status: string };
  return { status, isOver: [200, 204].includes(result.status) };
}

/** The state that a resource is in; `gone` when it is not there. */
async function readState(arm: ArmCaller, path: string): Promise<string> {
  const { status, body } = await arm.get(path);
  return status === 404 ? "gone" : (body as { properties: { provisioningState: string } }).properties.provisioningState;
}

const polling = { timeout: patienceMs, interval: 100 };

test("operations that a kill -9 interrupts finish after the restart, with their status", async ({ annotate }) => {
  const seed = chooseSeed();
  await annotate(`CUPRITE_TEST_SEED=${seed}`);
  const random = new SeededRandom(seed);
  const dataDir = await tempDir();
  let program = await startProgram({ dataDir, args: ["--demo"] });
  const token = await ownerToken(program, dataDir);
  let arm = await armCaller(program, token);
  for (const call of preparation) expect(await arm.call(call)).toMatchObject({ status: 201 });
  await program.stop();

  const timed = { dataDir, args: ["--demo", "--timing", String(operationMs)] };
  program = await startProgram(timed);
  const beginning = begin(await armCaller(program, token), random);
  await pause(random.between(200, operationMs));
  await program.stop("SIGKILL");
  const accepted = await beginning;

  program = await startProgram(timed);
  await pause(random.between(0, operationMs));
  await program.stop("SIGKILL");

  program = await startProgram(timed);
  arm = await armCaller(program, token);
  for (const answer of accepted.values()) {
    await expect.poll(() => readOperation(arm, answer), polling).toEqual({ status: "Succeeded", isOver: true });
  }
  for (const operation of operations) {
    const { call, leaves } = operation;
    await expect.poll(() => readState(arm, call.path), polling).toBeOneOf(["gone", "Succeeded"]);
    const done = leaves === 404 ? { status: 404 } : { status: 200, body: leaves };
    // Even for an operation whose response was lost, none is in progress.
    expect(await arm.get(call.path)).toMatchObject(accepted.has(operation) ? done : {});
  }
  const group = await arm.get(doomedGroup);
  expect(await arm.get(doomedCluster)).toMatchObject({ status: group.status });
  expect(program.errors()).toBe("");
});
