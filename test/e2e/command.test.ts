import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { request } from "node:https";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { findOldNode } from "../support/old-node.ts";
import { checkout, runCuprite, startProgram } from "../support/program.ts";
import { runCommand } from "../support/run-command.ts";
import { tempDir } from "../support/temp-dir.ts";

const packageVersion = async (): Promise<string> =>
  (JSON.parse(await readFile(join(checkout, "package.json"), "utf8")) as { version: string }).version;

/** The status of a GET with the given authority trusted. */
async function statusOf(url: string, caPemPath: string): Promise<number | undefined> {
  const call = request(url, { ca: await readFile(caPemPath), agent: false }).end();
  const [response] = (await once(call, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test("--version prints the package's version and nothing else", async () => {
  expect(await runCuprite(["--version"])).toEqual({
    code: 0,
    signal: null,
    stdout: `${await packageVersion()}\n`,
    stderr: "",
  });
});

test("an unknown command exits with 2 and suggests a similar one", async () => {
  expect(await runCuprite(["strat"])).toMatchObject({
    code: 2,
    stdout: "",
    stderr: 'There is no command "strat". Did you mean "start"?\nSee cuprite --help.\n',
  });
});

test("start prints its address, and serves there with a certificate of its authority", async () => {
  const dataDir = await tempDir();
  const program = await startProgram({ dataDir });
  expect(program.origin).toMatch(/^https:\/\/localhost:\d+$/);
  expect(program.caPemPath).toBe(join(dataDir, "ca.pem"));
  expect(program.managedIdentityUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+/);
  expect(program.greeting).toContain(`npx cuprite token --data-dir ${dataDir}`);
  expect(await statusOf(`${program.origin}/healthz`, program.caPemPath)).toBe(200);
});

test.for(["SIGTERM", "SIGINT"] as const)("%s ends start with exit code 0", async (signal) => {
  const program = await startProgram({ dataDir: await tempDir() });
  expect(await program.stop(signal)).toEqual({ code: 0, signal: null });
  expect(program.errors()).toBe("");
});

test("a server that npm started ends when npm's shell is killed", async () => {
  const dataDir = await tempDir();
  const command = [
    process.execPath,
    join(checkout, "bin", "cuprite.js"),
    "start",
    "--port",
    "0",
    "--data-dir",
    dataDir,
  ];
  const shell = spawn("sh", ["-c", '"$@"; true', "sh", ...command], {
    env: { ...process.env, npm_lifecycle_event: "start" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [greeting] = (await once(shell.stdout, "data")) as [Buffer];
  const origin = /https:\/\/localhost:\d+/.exec(greeting.toString())?.[0] ?? "";
  expect(await statusOf(`${origin}/healthz`, join(dataDir, "ca.pem"))).toBe(200);
  shell.kill("SIGKILL");
  shell.stdout.resume();
  await once(shell.stdout, "close");
  await expect(statusOf(`${origin}/healthz`, join(dataDir, "ca.pem"))).rejects.toThrow("ECONNREFUSED");
});

test("a restart serves with the same authority", async () => {
  const dataDir = await tempDir();
  const first = await startProgram({ dataDir });
  const caPem = await readFile(first.caPemPath, "utf8");
  await first.stop("SIGKILL");
  const second = await startProgram({ dataDir });
  expect(await readFile(second.caPemPath, "utf8")).toBe(caPem);
  expect(await statusOf(`${second.origin}/healthz`, second.caPemPath)).toBe(200);
});

test("start on a port in use exits with 1 and one sentence", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const result = await runCuprite(["start", "--port", String(port), "--data-dir", await tempDir(), "--log-level=warn"]);
  expect(result).toMatchObject({
    code: 1,
    stdout: "",
    stderr: `Port ${port} of 127.0.0.1 is in use: stop the program that has it, or choose another with --port or --managed-identity-port.\n`,
  });
});

test("start on a data directory that is a file exits with 1 and one sentence", async () => {
  const path = join(await tempDir(), "file");
  await writeFile(path, "");
  expect(await runCuprite(["start", "--port", "0", "--data-dir", path])).toMatchObject({
    code: 1,
    stdout: "",
    stderr: `${path} stands where a folder is needed: move it or choose another --data-dir.\n`,
  });
});

test("token prints a token and nothing else, without a running server", async () => {
  const { code, stdout, stderr } = await runCuprite(["token", "--data-dir", await tempDir()]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const claims: unknown = JSON.parse(Buffer.from(stdout.split(".")[1] ?? "", "base64url").toString());
  expect(claims).toMatchObject({ aud: expect.stringMatching(/^https:\/\/management\.azure\.com\/?$/) });
});

test("token for an impossible principal exits with 1 and one sentence", async () => {
  const result = await runCuprite(["token", "--principal", "@nowhere", "--data-dir", await tempDir()]);
  expect(result).toMatchObject({ code: 1, stdout: "" });
  expect(result.stderr).toMatch(/^'@nowhere' is neither a user's name, .*\n$/);
});

test("without its dependencies the command says in one sentence how to install them", async () => {
  const copy = await tempDir();
  for (const name of ["bin", "scripts", "package.json"]) {
    await cp(join(checkout, name), join(copy, name), { recursive: true });
  }
  expect(await runCommand(process.execPath, [join(copy, "bin", "cuprite.js"), "--version"])).toMatchObject({
    code: 1,
    stdout: "",
    stderr:
      "Cuprite's dependencies are not installed: run `npm install` (or `npm start`, which does it too) in its folder.\n",
  });
});

describe.skipIf(findOldNode() === undefined)("under an old Node", () => {
  const oldNode = findOldNode() ?? "";
  const cuprite = join(checkout, "bin", "cuprite.js");

  test("the command runs under the pinned Node, with the same output and exit code", async () => {
    expect(await runCommand(oldNode, [cuprite, "--version"])).toEqual({
      code: 0,
      signal: null,
      stdout: `${await packageVersion()}\n`,
      stderr: "",
    });
    expect(await runCommand(oldNode, [cuprite, "strat"])).toMatchObject({ code: 2, stdout: "" });
  });

  test.for(["SIGTERM", "SIGINT"] as const)("%s to the old Node ends the server", async (signal) => {
    const program = await startProgram({ dataDir: await tempDir(), node: oldNode });
    expect(await program.stop(signal)).toEqual({ code: 0, signal: null });
    await expect(statusOf(`${program.origin}/healthz`, program.caPemPath)).rejects.toThrow("ECONNREFUSED");
  });
});

describe("setup", () => {
  /** A checkout without dependencies, and an npm that only writes down how it was called. */
  async function bareCheckout() {
    const copy = await tempDir();
    await cp(join(checkout, "scripts"), join(copy, "scripts"), { recursive: true });
    await writeFile(join(copy, "package-lock.json"), "{}");
    await writeFile(join(copy, "package.json"), JSON.stringify({ type: "module" }));
    const npm = join(copy, "npm-cli.js");
    await writeFile(npm, `import { appendFileSync } from "node:fs"; appendFileSync("calls", process.argv[2] + "\\n");`);
    await mkdir(join(copy, "node_modules"));
    const run = (args: string[] = [], env: NodeJS.ProcessEnv = {}) =>
      runCommand(process.execPath, [join(copy, "scripts", "setup.js"), ...args], {
        env: { ...process.env, npm_execpath: npm, npm_command: "install", ...env },
      });
    const calls = (): Promise<string> => readFile(join(copy, "calls"), "utf8").catch(() => "");
    return { copy, run, calls };
  }

  test("installs from the lockfile once", async () => {
    const { run, calls } = await bareCheckout();
    expect(await run()).toMatchObject({ code: 0, stdout: "" });
    expect(await calls()).toBe("ci\n");
    expect(await run()).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await calls()).toBe("ci\n");
  });

  test("installs again when the lockfile has changed", async () => {
    const { copy, run, calls } = await bareCheckout();
    await run();
    await writeFile(join(copy, "package-lock.json"), '{"changed":true}');
    expect(await run()).toMatchObject({ code: 0 });
    expect(await calls()).toBe("ci\nci\n");
  });

  test("keeps what npm itself installed", async () => {
    const { run, calls } = await bareCheckout();
    expect(await run(["--installed"])).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await run()).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await calls()).toBe("");
  });

  test("also installs when npx has called it first", async () => {
    const { run, calls } = await bareCheckout();
    expect(await run(["--installed"], { npm_command: "exec" })).toMatchObject({ code: 0, stdout: "", stderr: "" });
    await run();
    expect(await calls()).toBe("ci\n");
  });
});
