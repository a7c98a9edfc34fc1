import { markdownTable } from "../../scripts/markdown-table.js";
import { numbersOf, onlyNames } from "../support/arguments.ts";
import { capture } from "../support/bare.ts";
import { grouped } from "../support/figures.ts";
import { startGenerator, type Order } from "../support/generated-load.ts";
import { prepareInspector } from "../support/inspector.ts";
import { withTempDir } from "../support/program.ts";
import { profileWhile } from "../support/profile.ts";
import { startServer } from "../support/server.ts";
import { threadSeconds } from "../support/threads.ts";
import { addResources, cases } from "./cases.ts";

/*
 * What one process can do, and what limits it: the processors that its threads use under a load of 64 connections, and by
 * V8's profiler what the main thread, which has the event loop, works at.
 *
 *   npm run bench:threads [-- seconds --only=put-connection,get-cluster]
 */
const [seconds = 3] = numbersOf(process.argv.slice(2));
const only = onlyNames(process.argv.slice(2));
const chosen = cases.filter(({ name }) => only?.includes(name) ?? true);
const placesShown = 16;

await withTempDir(async (dataDir) => {
  const { nodeArgs, open } = await prepareInspector();
  // The profiler names places by their file, which the bundle has few of.
  const env = { CUPRITE_RUN: "sources" };
  const { arm, hangUp, port, ca, token, program } = await startServer({ dataDir, nodeArgs, args: ["--demo"], env });
  await addResources(arm);
  hangUp();
  const pid = program.pid ?? 0;
  const generator = startGenerator();
  const { inspect, close } = await open();
  const rows: string[][] = [];
  const profiles: string[] = [];
  for (const { title, request } of chosen) {
    const { method, path, bodies } = request;
    const { status } = await capture({ port, ca, token, method, path, body: bodies?.[0] });
    const order: Order = { port, ca, token, serverPid: pid, connections: 64, request, seconds, expectedStatus: status };
    await generator.load(order);
    const before = threadSeconds(pid);
    const { perSecond } = await generator.load(order);
    const after = threadSeconds(pid);
    const used = [...after].map(([name, cpu]) => [name, (cpu - (before.get(name) ?? 0)) / seconds] as const);
    rows.push([title, grouped(perSecond), ...threadColumns(used)]);
    const shares = await profileWhile(inspect, () => generator.load(order));
    const shown = shares.slice(0, placesShown).map(([place, share]) => `${place} ${(100 * share).toFixed(1)} %`);
    profiles.push(`${title}: ${shown.join(", ")}`);
  }
  generator.close();
  close();
  const heading = ["", "responses/s", "processors: main thread", "libuv's threads", "V8's threads", "others"];
  console.log(`${markdownTable([heading, ...rows])}\n\n${profiles.join("\n\n")}`);
});

/** Threads of libuv sync the database's log, threads of V8 collect garbage and compile. */
function threadColumns(used: readonly (readonly [string, number])[]): string[] {
  const kindOf = (name: string): string =>
    name === "main" ? name : name.startsWith("libuv") ? "libuv" : /^(?:V8|node)/.test(name) ? "V8" : "other";
  return ["main", "libuv", "V8", "other"].map((kind) =>
    used
      .filter(([name]) => kindOf(name) === kind)
      .reduce((total, [, cores]) => total + cores, 0)
      .toFixed(2),
  );
}
