import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { findOldNode } from "../support/old-node.ts";
import { descendantsOf, stillRunning } from "../support/process-tree.ts";
import { checkout } from "../support/program.ts";
import { isInstalled } from "../support/run-command.ts";
import { tempDir } from "../support/temp-dir.ts";

/** Starting npm, and a test runner in it, takes its time on a busy machine. */
const started = { timeout: 40_000, interval: 100 };

/** 2 seconds are promised; the rest is for a busy machine. */
const endedMs = 10_000;
const lookMs = 50;

/** Longer than it takes to notice the end of a parent. */
const noticedMs = 1_000;

const cuprite = join(checkout, "bin", "cuprite.js");

/** As a person has it who does not run this by npm, so that nothing but what a test says ends a program. */
const plainEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_|^VITEST|^CUPRITE_/.test(name)),
);

interface Starting {
  readonly env?: NodeJS.ProcessEnv;
  /** Whether it gets a group of its own, as a shell gives every job. */
  readonly detached?: boolean;
}

type Tree = Awaited<ReturnType<typeof descendantsOf>>;

/** Runs a command until a Redis is among what it started; whatever is left is killed when the test is over. */
async function runTree(command: readonly string[], { env = plainEnv, detached = false }: Starting = {}) {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { cwd: checkout, env, detached, stdio: ["ignore", "ignore", "ignore"] });
  const pid = child.pid ?? 0;
  let below: Tree = [];
  onTestFinished(async () => {
    for (const each of await stillRunning([...below, ...(await descendantsOf(pid))])) kill(each.pid, "SIGKILL");
    child.kill("SIGKILL");
  });
  await vi.waitFor(async () => {
    // One that was only asked for its version is not there when one looks again.
    const before = below.find(({ name }) => name === "redis-server");
    below = await descendantsOf(pid);
    expect(before).toBeDefined();
    expect(below).toContainEqual(before);
  }, started);
  return { child, pid, below };
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    return; // It has ended in the meantime.
  }
}

/** What is left of a tree when it has had its time to end. */
async function leftOf({ child, below }: { child: ChildProcess; below: Tree }): Promise<Tree> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  const untilMs = performance.now() + endedMs;
  for (;;) {
    const left = await stillRunning(below);
    if (left.length === 0 || performance.now() > untilMs) return left;
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/** Real time has to pass here, because no event reports that something does not happen. */
const untilNoticed = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, noticedMs));

const startOn = (dataDir: string): string[] => ["start", "--demo", "--port", "0", "--data-dir", dataDir];
const npmStart = async (): Promise<string[]> => [
  "npm",
  "start",
  "--ignore-scripts",
  "--",
  "--port",
  "0",
  "--data-dir",
  await tempDir(),
];

describe.runIf(process.platform === "linux")("Cuprite and its Redis servers", () => {
  test.for(["SIGKILL", "SIGHUP", "SIGQUIT", "SIGTERM"] as const)("end when npm gets %s", async (signal) => {
    const { child, below } = await runTree(await npmStart());
    child.kill(signal);
    expect(await leftOf({ child, below })).toEqual([]);
  });

  test("end when the shell between npm and Cuprite is killed", async () => {
    const { child, below } = await runTree(await npmStart());
    const shell = below.find(({ name }) => name === "sh");
    kill(shell?.pid ?? below[0]?.pid ?? 0, "SIGKILL");
    expect(await leftOf({ child, below })).toEqual([]);
  });

  test.for(["SIGKILL", "SIGQUIT"] as const)(
    "end when the old Node that started them gets %s",
    async (signal, context) => {
      const node = findOldNode();
      if (node === undefined) {
        context.skip("This machine has no Node that is too old.");
        return;
      }
      const { child, below } = await runTree([node, cuprite, ...startOn(await tempDir())]);
      child.kill(signal);
      expect(await leftOf({ child, below })).toEqual([]);
    },
  );

  const underRunner = (dataDir: string, setting: string): string[] => [
    process.execPath,
    "--eval",
    `require("node:child_process").spawn(process.execPath, ${JSON.stringify([cuprite, ...startOn(dataDir), setting])}, {
      detached: true, stdio: "ignore" }); setInterval(() => {}, 1e6);`,
  ];

  test("end with the program that started them under --stop-with-parent", async () => {
    const { child, below } = await runTree(underRunner(await tempDir(), "--stop-with-parent"));
    child.kill("SIGKILL");
    expect(await leftOf({ child, below })).toEqual([]);
  });

  test("keep running when the program that started them ends without --stop-with-parent", async () => {
    const { child, below } = await runTree(underRunner(await tempDir(), "--no-stop-with-parent"));
    child.kill("SIGKILL");
    await once(child, "exit");
    await untilNoticed();
    expect(await stillRunning(below)).toEqual(below);
  });

  test("keep running in a session of their own when the npm that started them ends", async () => {
    const env = { ...plainEnv, npm_lifecycle_event: "start" };
    const dataDir = await tempDir();
    const inBackground = ["sh", "-c", '"$@" & wait', "sh", "setsid", process.execPath, cuprite, ...startOn(dataDir)];
    const { child, below } = await runTree(inBackground, { env });
    child.kill("SIGKILL");
    await once(child, "exit");
    await untilNoticed();
    expect(await stillRunning(below)).toEqual(below);
  });
});

describe.runIf(process.platform === "linux" && isInstalled("script"))("when a terminal is closed Cuprite", () => {
  /** script gives a command a terminal, which is closed when script ends. */
  const inTerminal = (command: string): string[] => ["script", "--quiet", "--command", command, "/dev/null"];
  const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(" ");

  test("a server that runs in a closed terminal ends with its Redis servers", async () => {
    const command = quoted([process.execPath, cuprite, ...startOn(await tempDir())]);
    const { child, below } = await runTree(inTerminal(`exec ${command}`));
    child.kill("SIGKILL");
    expect(await leftOf({ child, below })).toEqual([]);
  });

  test("a server that nohup started keeps running and logging", async () => {
    const dataDir = await tempDir();
    const log = join(await tempDir(), "log");
    const command = quoted([process.execPath, cuprite, ...startOn(dataDir)]);
    const { child, below } = await runTree(inTerminal(`nohup ${command} >'${log}' 2>&1 & wait`));
    const ours = below.filter(({ name }) => /^(?:node|redis)/.test(name));
    child.kill("SIGKILL");
    await once(child, "exit");
    await untilNoticed();
    expect(await stillRunning(ours)).toEqual(ours);
    expect(await readFile(log, "utf8")).toContain("Ctrl+C stops it.");
  });

  test("a server with its own session keeps running although it cannot write any more", async () => {
    const command = quoted([process.execPath, cuprite, ...startOn(await tempDir()), "--log-level", "debug"]);
    const { child, below } = await runTree(inTerminal(`setsid ${command} & wait`));
    const ours = below.filter(({ name }) => /^(?:node|redis)/.test(name));
    child.kill("SIGKILL");
    await once(child, "exit");
    const [redis] = below.filter(({ name }) => name === "redis-server");
    kill(redis?.pid ?? 0, "SIGKILL"); // Of which it writes a line.
    await untilNoticed();
    expect((await stillRunning(ours)).map(({ name }) => name)).not.toEqual([]);
  });
});

describe.runIf(process.platform === "linux")("tests that are interrupted", () => {
  const tests = ["test/e2e/shutdown.test.ts", "test/protocol/redis-database.test.ts"];
  const npmTest = ["npm", "test", "--ignore-scripts", "--", ...tests];
  const vitest = [process.execPath, join(checkout, "node_modules", "vitest", "vitest.mjs"), "run", ...tests];

  test.for([
    ["npm", "SIGKILL", npmTest],
    ["npm", "SIGTERM", npmTest],
    ["vitest", "SIGKILL", vitest],
    ["vitest", "SIGTERM", vitest],
    ["vitest", "SIGINT", vitest],
  ] as const)("leave no process when %s gets %s", async ([, signal, command]) => {
    const { child, below } = await runTree(command);
    child.kill(signal);
    expect(await leftOf({ child, below })).toEqual([]);
  });

  test("leave no process at Ctrl+C", async () => {
    const { child, pid, below } = await runTree(npmTest, { detached: true });
    kill(-pid, "SIGINT");
    expect(await leftOf({ child, below })).toEqual([]);
  });
});
