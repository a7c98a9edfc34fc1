import { expect, test } from "vitest";
import type { Program } from "../support/program.ts";
import { startDemo, waitingConnection } from "./demo.ts";
import { installExample } from "./installed-example.ts";
import { clientsOf } from "./sdk.ts";

const runScript = installExample("approve-connection");

const runExample = (program: Program, args: readonly string[] = [], variables: NodeJS.ProcessEnv = {}) =>
  runScript(program, { args: ["approve-connection.js", "--endpoint", program.origin, ...args], variables });

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
