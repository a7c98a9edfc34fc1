import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { checkout, type Program } from "../support/program.ts";
import { runCommand, type CommandResult } from "../support/run-command.ts";

/** Runs a script of an example with a program's authority trusted, and other variables than this process's where given. */
export type RunScript = (
  program: Program,
  script: { args: readonly string[]; variables?: NodeJS.ProcessEnv },
) => Promise<CommandResult>;

/** Installs an example of the checkout as a fresh clone has it, for the tests of a file. */
export function installExample(name: string): RunScript {
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "cuprite-example-"));
    const isCommitted = (path: string): boolean => basename(path) !== "node_modules";
    await cp(join(checkout, "examples", name), folder, { recursive: true, filter: isCommitted });
    const command = ["ci", "--no-audit", "--no-fund"];
    const { code, stderr } = await runCommand("npm", command, { cwd: folder, env: process.env });
    if (code !== 0) throw new Error(`The example's packages could not be installed: ${stderr}`);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  return (program, { args, variables = {} }) => {
    const env = { ...process.env, ...variables, NODE_EXTRA_CA_CERTS: program.caPemPath };
    return runCommand(process.execPath, args, { cwd: folder, env });
  };
}
