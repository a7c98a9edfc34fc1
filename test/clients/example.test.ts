import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkout } from "../support/program.ts";
import type { Program } from "../support/program.ts";
import { runCommand } from "../support/run-command.ts";
import { startDemo, waitingConnection } from "./demo.ts";
import { clientsOf } from "./sdk.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cuprite-example-"));
  const isCommitted = (path: string): boolean => basename(path) !== "node_modules";
  await cp(join(checkout, "examples", "approve-connection"), folder, { recursive: true, filter: isCommitted });
  const { code, stderr } = await runCommand("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: folder,
    env: process.env,
  });
  if (code !== 0) throw new Error(`The example's packages could not be installed: ${stderr}`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function runExample(program: Program, args: readonly string[] = [], variables: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, ...variables, NODE_EXTRA_CA_CERTS: program.caPemPath };
  const command = ["approve-connection.js", "--endpoint", program.origin, ...args];
  return runCommand(process.execPath, command, { cwd: folder, env });
}

const isApproved = { code: 0, stderr: "", stdout: expect.stringMatching(/: +Approved\n$/) };

test.for(["instant", "200"])(
  "the example ends in Approved under --timing %s, and when it is run again",
  async (timing) => {
    const program = await startDemo({ timing });
    expect(await runExample(program)).toMatchObject(isApproved);
    expect(await runExample(program)).toMatchObject(isApproved);
  },
);

test.for([
  [
    "managed identity",
    (program: Program) => ({
      IDENTITY_ENDPOINT: `${program.managedIdentityUrl}/metadata/identity/oauth2/token`,
      IDENTITY_HEADER: "any",
    }),
  ],
  [
    "service principal of the tenant adfs",
    (program: Program) => ({
      AZURE_TENANT_ID: "adfs",
      AZURE_AUTHORITY_HOST: program.origin,
      AZURE_CLIENT_ID: "any",
      AZURE_CLIENT_SECRET: "any",
    }),
  ],
] as const)("the example signs in as a %s from the environment", async ([, variablesOf]) => {
  const program = await startDemo();
  expect(await runExample(program, ["--credential", "default"], variablesOf(program))).toMatchObject(isApproved);
});

test("the example exits with 1 and the server's reason when the connection was rejected before", async () => {
  const program = await startDemo();
  const { privateEndpointConnections } = clientsOf(program).redis;
  const rejected = { privateLinkServiceConnectionState: { status: "Rejected" } };
  await privateEndpointConnections.beginPutAndWait(...waitingConnection, rejected);
  expect(await runExample(program)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Connections that have been previously denied can't be approved."),
    stdout: expect.not.stringContaining("Approved"),
  });
});
