import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { checkout, startProgram, type Program } from "../support/program.ts";
import { runCommand, type CommandResult } from "../support/run-command.ts";
import { tempDir } from "../support/temp-dir.ts";
import { installExample } from "./installed-example.ts";

const example = join(checkout, "examples", "two-sides");
const runScript = installExample("two-sides");

const ownerSubscription = "11111111-1111-4111-8111-111111111111";
const consumerSubscription = "22222222-2222-4222-8222-222222222222";

async function startForTwo({ timing = "instant" } = {}): Promise<Program> {
  const subscriptions = ["--subscriptions", `${ownerSubscription},${consumerSubscription}`];
  return startProgram({ dataDir: await tempDir(), args: ["--demo", "--timing", timing, ...subscriptions] });
}

interface Subscriptions {
  readonly consumerSubscription?: string;
}

type Walk = (program: Program, subscriptions?: Subscriptions) => Promise<CommandResult>;

const walkWithSdks: Walk = (program, subscriptions = {}) => {
  const { consumerSubscription: consumer = consumerSubscription } = subscriptions;
  const args = ["walk-through.js", "--endpoint", program.origin, "--consumer-subscription", consumer];
  return runScript(program, { args });
};

const walkWithCurl: Walk = (program, subscriptions = {}) => {
  const { consumerSubscription: consumer = consumerSubscription } = subscriptions;
  const server = { CUPRITE_ENDPOINT: program.origin, CUPRITE_DATA_DIR: dirname(program.caPemPath) };
  const env = { ...process.env, ...server, CONSUMER_SUBSCRIPTION: consumer };
  return runCommand("bash", [join(example, "walk-through.sh")], { env });
};

/** What the page about the walk-through says that it prints. */
async function promisedOutput(): Promise<string> {
  const page = await readFile(join(example, "README.md"), "utf8");
  return /^```text\n(?<output>.+?)^```$/ms.exec(page)?.groups?.["output"] ?? "";
}

const walks = { "the JavaScript SDKs": walkWithSdks, curl: walkWithCurl };

test.for(Object.entries(walks))(
  "the walk-through with %s prints what its page says, and again when it is run again",
  async ([, walk]) => {
    const program = await startForTwo();
    const promised = { code: 0, stdout: await promisedOutput() };
    expect(await walk(program)).toMatchObject(promised);
    expect(await walk(program)).toMatchObject(promised);
  },
);

test("the walk-through with the JavaScript SDKs prints the same while operations take their time", async () => {
  const program = await startForTwo({ timing: "200" });
  expect(await walkWithSdks(program)).toMatchObject({ code: 0, stderr: "", stdout: await promisedOutput() });
});

test.for(Object.entries(walks))(
  "the walk-through with %s ends with 1 when a consumer may read what they should not",
  async ([, walk]) => {
    const program = await startForTwo();
    expect(await walk(program, { consumerSubscription: ownerSubscription })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("The consumer was to see '403 AuthorizationFailed' (reads the cluster)."),
    });
  },
);
