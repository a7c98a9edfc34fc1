import { join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { prepareInspector, type Inspect } from "../support/inspector.ts";
import { checkout, withTempDir } from "../support/program.ts";
import { addCluster, addNetwork, requestEndpoint, startServer } from "../support/server.ts";

/*
 * The files of src/ in which a function runs while one PUT of a connection is answered and the data plane follows it, by V8's
 * coverage: one that approves the connection, and one that changes only its description.
 *
 *   npm run bench:put-connection:walk [-- <another checkout> --list]
 */
const [cwd = checkout] = process.argv.slice(2).filter((arg) => !arg.startsWith("-"));
const source = join(cwd, "src");

await withTempDir(async (dataDir) => {
  const { nodeArgs, open } = await prepareInspector();
  const { arm } = await startServer({ dataDir, nodeArgs, cwd });
  await addNetwork(arm);
  const cluster = await addCluster(arm, "walk");
  for (const name of ["first", "second"]) await requestEndpoint(arm, cluster, name);
  const approve = (name: string, description: string): Promise<unknown> =>
    arm("PUT", `${cluster}/privateEndpointConnections/${name}`, {
      properties: { privateLinkServiceConnectionState: { status: "Approved", description } },
    });
  await settled(approve("first", "Done, so that nothing is done for the first time below"));
  const { inspect, close } = await open();
  try {
    await inspect("Profiler.enable");
    await inspect("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
    print("approves", await filesIn(inspect, () => approve("second", "Approved")));
    print("changes a description", await filesIn(inspect, () => approve("second", "Something else")));
  } finally {
    close(); // The program does not end before.
  }
});

/** What follows a response, such as a listener that opens, takes some milliseconds. */
async function settled(request: Promise<unknown>): Promise<void> {
  await request;
  await delay(500);
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly { readonly ranges: readonly { readonly count: number }[] }[];
  }[];
}

async function filesIn(inspect: Inspect, request: () => Promise<unknown>): Promise<readonly string[]> {
  await inspect("Profiler.takePreciseCoverage"); // It also begins to count again.
  await settled(request());
  const { result } = (await inspect("Profiler.takePreciseCoverage")) as Coverage;
  return result
    .filter(({ functions }) => functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)))
    .flatMap(({ url }) => (url.startsWith("file:") ? [relative(source, fileURLToPath(url))] : []))
    .filter((path) => !path.startsWith(".."))
    .toSorted();
}

function print(what: string, files: readonly string[]): void {
  const counts = Object.entries(Object.groupBy(files, (file) => file.split("/", 1)[0] ?? ""));
  const byFolder = counts.map(([folder, inIt]) => `${folder} ${inIt?.length}`).join(", ");
  console.log(`A PUT that ${what} runs in ${files.length} files of src/: ${byFolder}.`);
  if (process.argv.includes("--list")) console.log(files.map((file) => `  ${file}\n`).join(""));
}
