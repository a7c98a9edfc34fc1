import DatabaseConstructor from "better-sqlite3";
import { join } from "node:path";
import { expect, test } from "vitest";
import { armCaller, demoGroup, ownerToken } from "../support/arm-caller.ts";
import type { ArmAnswer, ArmCall, ArmCaller } from "../support/arm-caller.ts";
import { startProgram, type Program } from "../support/program.ts";
import { SeededRandom, chooseSeed } from "../support/seeded-random.ts";
import { tempDir } from "../support/temp-dir.ts";
import { WriteLedger } from "../support/write-ledger.ts";

const rounds = 4;
const workers = 24;
const clusters = `${demoGroup}/providers/Microsoft.Cache/redisEnterprise`;
const connection = `${clusters}/cache1/privateEndpointConnections/pectest01`;

/** What writers share in one life of the program. */
interface Life {
  readonly arm: ArmCaller;
  readonly ledger: WriteLedger;
  readonly random: SeededRandom;
  /** What was answered, by path and mark. */
  readonly answered: Map<string, unknown>;
  /** Answers that no write should get. */
  readonly surprises: ArmAnswer[];
  readonly onAnswer: () => void;
  readonly isOver: () => boolean;
}

interface MarkedCall extends ArmCall {
  readonly mark: string | undefined;
}

const approval = (mark: string): MarkedCall => ({
  method: "PUT",
  path: connection,
  mark,
  body: { properties: { privateLinkServiceConnectionState: { status: "Approved", description: mark } } },
});

/** The writes of a cluster: it is created, tagged again, gets a database, and is sometimes deleted. */
function clusterWrites(path: string, random: SeededRandom): MarkedCall[] {
  const creation = { location: "eastus", sku: { name: "Balanced_B1" }, properties: { publicNetworkAccess: "Enabled" } };
  const database = `${path}/databases/default`;
  const marks = Array.from({ length: random.between(1, 3) }, (_, index) => `mark${index + 1}`);
  const removal: MarkedCall = { method: "DELETE", path, mark: undefined };
  return [
    { method: "PUT", path, mark: "mark0", body: { ...creation, tags: { mark: "mark0" } } },
    { method: "PUT", path: database, mark: "database", body: { properties: { clientProtocol: "Encrypted" } } },
    ...marks.map((mark): MarkedCall => ({ method: "PATCH", path, mark, body: { tags: { mark } } })),
    ...(random.between(1, 4) === 1 ? [{ ...removal, path: database }, removal] : []),
  ];
}

/** The mark that a write left in a resource's body. */
function markOf({ status, body }: ArmAnswer): string | undefined {
  if (status === 404) return undefined;
  const { tags, type, properties } = body as {
    type: string;
    tags?: { mark?: string };
    properties: { privateLinkServiceConnectionState?: { description: string } };
  };
  return type.endsWith("/databases")
    ? "database"
    : (tags?.mark ?? properties.privateLinkServiceConnectionState?.description);
}

async function send({ arm, ledger, answered, surprises, onAnswer }: Life, call: MarkedCall): Promise<void> {
  const { mark, ...rest } = call;
  const answer = await ledger.record(call.path, mark, () => arm.call(rest));
  answered.set(`${call.path} ${mark}`, answer.body);
  if (answer.status >= 300) surprises.push(answer);
  onAnswer();
}

/** Writes until the connection breaks. */
async function keepWriting(life: Life, name: string): Promise<void> {
  for (let count = 0; !life.isOver(); count += 1) {
    const writes = clusterWrites(`${clusters}/${name}-${count}`, life.random);
    for (const [index, write] of writes.entries()) {
      await send(life, approval(`${name}-${count}-${index}`));
      await send(life, write);
    }
  }
}

/** Writes with everybody at once and kills the program at the answer that was drawn. */
async function hammerAndKill(program: Program, life: Omit<Life, "onAnswer" | "isOver">, name: string): Promise<void> {
  let left = life.random.between(30, 250);
  let killed: Promise<unknown> | undefined;
  const onAnswer = (): void => {
    left -= 1;
    if (left === 0) killed = program.stop("SIGKILL");
  };
  const whole = { ...life, onAnswer, isOver: () => killed !== undefined };
  const all = Array.from({ length: workers }, (_, worker) => keepWriting(whole, `${name}-${worker}`));
  await Promise.allSettled(all);
  await killed;
}

/** Compares a resource with what may have become of it, and takes that as the start of what follows. */
async function checkResource(path: string, { arm, ledger, answered }: Pick<Life, "arm" | "ledger" | "answered">) {
  const found = await arm.get(path);
  const mark = markOf(found);
  expect(ledger.possibleMarks(path), `${path} is ${JSON.stringify(found.body)}`).toContain(mark);
  ledger.settle(path, mark);
  if (mark === undefined) return;
  const whole = answered.get(`${path} ${mark}`) ?? { properties: { provisioningState: "Succeeded" } };
  expect(found).toMatchObject({ status: 200, body: whole });
}

/** The first of an activity's values is the id of its resource. */
const countActivities = `
  select count(*) from activities, json_each(entries) as entry where lower(entry.value ->> 0) = ?`;

/** What the files say: they are whole, and each write of the connection left one record in the activity log. */
function checkDatabase(dataDir: string): void {
  const database = new DatabaseConstructor(join(dataDir, "cuprite.db"), { readonly: true });
  try {
    expect(database.pragma("integrity_check")).toEqual([{ integrity_check: "ok" }]);
    const key = connection.toLowerCase();
    const version = database.prepare("select version from resources where id_key = ?").pluck().get(key);
    const writes = database.prepare(countActivities).pluck().get(key);
    expect(writes).toBe(Number(version) - 1); // The first version came with the demonstration.
  } finally {
    database.close();
  }
}

test("acknowledged writes survive a kill -9, and no write is half done", async ({ annotate }) => {
  const seed = chooseSeed();
  await annotate(`CUPRITE_TEST_SEED=${seed}`);
  const random = new SeededRandom(seed);
  const dataDir = await tempDir();
  const ledger = new WriteLedger();
  const life = { ledger, random, answered: new Map<string, unknown>(), surprises: [] };
  ledger.settle(connection, "Please approve.");
  let program = await startProgram({ dataDir, args: ["--demo", "--no-data-plane"] });
  const token = await ownerToken(program, dataDir);
  for (let round = 1; round <= rounds; round += 1) {
    await hammerAndKill(program, { ...life, arm: await armCaller(program, token) }, `r${round}`);
    expect(life.surprises).toEqual([]);

    program = await startProgram({ dataDir, args: ["--demo", "--no-data-plane"] });
    const arm = await armCaller(program, token);
    for (const path of ledger.paths) await checkResource(path, { ...life, arm });
    expect(program.errors()).toBe("");
    checkDatabase(dataDir);
  }
});
