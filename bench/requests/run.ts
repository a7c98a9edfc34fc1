import { markdownTable } from "../../scripts/markdown-table.js";
import { evenIfBusy, numbersOf, onlyNames } from "../support/arguments.ts";
import { bytesOf, capture, startBareServer, type BareAnswer } from "../support/bare.ts";
import { spread } from "../support/figures.ts";
import { startGenerator } from "../support/generated-load.ts";
import { pinningNote, pinServer } from "../support/pinning.ts";
import { withTempDir } from "../support/program.ts";
import { busyNotes, runRounds, type Rounds } from "../support/rounds.ts";
import { startServer, type BenchServer } from "../support/server.ts";
import { addResources, cases, type Case } from "./cases.ts";
import { absoluteRows, contestOf, ratioRows, type Figures, type Orders } from "./contest.ts";

/*
 * Requests over HTTPS keep-alive, 64 connections, durable, beside a bare node:https server that parses the same body and
 * returns the same bytes: once with the four headers that it needs, once with all that Cuprite sends. All servers run at the
 * same time and are loaded one after the other. Ratios of rates and processor time are Cuprite's share of the bare server;
 * those of the 99th percentile say how many times longer it takes.
 *
 *   npm run bench:requests [-- rounds seconds --only=put-connection,get-cluster --even-if-busy]
 */
const [rounds = 7, seconds = 1] = numbersOf(process.argv.slice(2));
const only = onlyNames(process.argv.slice(2));
const connections = 64;
const warmUpSeconds = 2;
const chosen = cases.filter(({ name }) => only?.includes(name) ?? true);

await withTempDir(async (dir) => {
  const dataDir = `${dir}/data`;
  const server = await startServer({ dataDir, args: ["--demo"] });
  await addResources(server.arm);
  server.hangUp();
  const answers = await captureAll(server);
  const orders = await startTargets({ dir, dataDir, server, answers });
  const generator = startGenerator();
  const contests = chosen.map((of) => ({ of, answer: answerTo(of, answers), orders, load: generator.load }));
  for (const contest of contests) await contestOf({ ...contest, seconds: warmUpSeconds }).run(0);
  const results = await runRounds(
    contests.map((contest) => contestOf({ ...contest, seconds })),
    { rounds, evenIfBusy },
  );
  generator.close();
  print(results);
});

function keyOf({ request }: Case): string {
  return `${request.method} ${request.path}`;
}

function answerTo(of: Case, answers: ReadonlyMap<string, Required<BareAnswer>>): Required<BareAnswer> {
  const answer = answers.get(keyOf(of));
  if (answer === undefined) throw new Error(`No response to ${keyOf(of)} was captured.`);
  return answer;
}

/** Cuprite's responses, of the second time: a subnet's first PUT may create it. */
async function captureAll({ port, ca, token }: BenchServer): Promise<ReadonlyMap<string, Required<BareAnswer>>> {
  const answers = new Map<string, Required<BareAnswer>>();
  for (const each of [...chosen, ...chosen]) {
    const body = each.request.bodies?.[0]?.replace("{n}", "00000000");
    const { method, path } = each.request;
    answers.set(keyOf(each), await capture({ port, ca, token, method, path, body }));
  }
  return answers;
}

/** Starts the bare servers. @throws when the one with our headers does not send as many bytes as Cuprite. */
async function startTargets(options: {
  dir: string;
  dataDir: string;
  server: BenchServer;
  answers: ReadonlyMap<string, Required<BareAnswer>>;
}): Promise<Orders> {
  const { server, answers, ...dirs } = options;
  const { ca, token } = server;
  const few = new Map([...answers].map(([key, { status, body }]) => [key, { status, body }]));
  const bare = await startBareServer({ ...dirs, answers: few });
  const headed = await startBareServer({ ...dirs, answers });
  for (const each of chosen) {
    const body = each.request.bodies?.[0];
    const { method, path } = each.request;
    const sent = bytesOf(await capture({ port: headed.port, ca, token, method, path, body }));
    const own = bytesOf(answerTo(each, answers));
    if (sent !== own) throw new Error(`${each.title}: the bare server returns ${sent} bytes, Cuprite ${own}.`);
  }
  const own = { port: server.port, pid: server.program.pid ?? 0 };
  const order = ({ port, pid }: { port: number; pid: number }) => {
    pinServer(pid);
    return { port, serverPid: pid, ca, token, connections };
  };
  return { Cuprite: order(own), bare: order(bare), "bare with our headers": order(headed) };
}

function print(results: readonly Rounds<Figures>[]): void {
  if (results.some(({ figures }) => figures.length > 0)) printTables(results);
  for (const note of busyNotes(results, { evenIfBusy })) console.log(note);
}

function printTables(results: readonly Rounds<Figures>[]): void {
  console.log(`${markdownTable(ratioRows(results))}\n\n${markdownTable(absoluteRows(results))}\n`);
  const [connection, subnet] = ["put-connection", "put-subnet"].map(
    (name) => results.find((result) => result.name === cases.find((each) => each.name === name)?.title)?.figures ?? [],
  );
  const beside = (subnet ?? []).flatMap((figures, round) => {
    const other = connection?.[round];
    return other === undefined ? [] : [figures.Cuprite.serverUs / other.Cuprite.serverUs];
  });
  if (beside.length > 0) console.log(`The PUT of a subnet takes ${spread(beside)} of a connection's processor time.`);
  const shares = results.flatMap(({ figures }) => figures.flatMap((each) => Object.values(each)));
  const most = Math.max(0, ...shares.map(({ generatorShare }) => generatorShare));
  console.log(`The generator worked at most ${(100 * most).toFixed(0)} % of a round.`);
  console.log(pinningNote);
}
