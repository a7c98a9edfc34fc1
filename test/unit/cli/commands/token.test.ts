import { join } from "node:path";
import { decodeJwt } from "jose";
import { expect, test } from "vitest";
import { runCommandLine } from "../../../../src/cli/command-line.ts";
import { cliTerminal } from "../../../support/cli-terminal.ts";
import { tempDir } from "../../../support/temp-dir.ts";

async function printToken(...args: string[]) {
  const { terminal, printed, complaints } = cliTerminal();
  const code = await runCommandLine(["token", "--data-dir", await tempDir(), ...args], terminal);
  return { code, printed, complaints };
}

test("token prints one token of the owner for Azure Resource Manager", async () => {
  const { code, printed, complaints } = await printToken();
  expect({ code, complaints, count: printed.length }).toEqual({ code: 0, complaints: [], count: 1 });
  expect(decodeJwt(printed[0] ?? "")).toMatchObject({ aud: "https://management.azure.com/", name: "Olivia Owner" });
});

test("token accepts a principal, an audience and a tenant", async () => {
  const principal = "1a2b3c4d-0000-4000-8000-000000000001";
  const tenant = "1a2b3c4d-0000-4000-8000-000000000002";
  const { printed } = await printToken(
    "--principal",
    principal,
    "--audience",
    "https://redis.azure.com",
    "--tenant",
    tenant,
  );
  expect(decodeJwt(printed[0] ?? "")).toMatchObject({ aud: "https://redis.azure.com", appid: principal, tid: tenant });
});

test("token for an impossible tenant fails with one sentence", async () => {
  expect(await printToken("--tenant", "nowhere")).toEqual({
    code: 1,
    printed: [],
    complaints: ["There is no tenant 'nowhere'; name one by its GUID."],
  });
});

test("token reports once that it created the data directory", async () => {
  const { terminal, printed, complaints } = cliTerminal();
  const dataDir = join(await tempDir(), "new");
  const ask = () => runCommandLine(["token", "--data-dir", dataDir], terminal);
  expect([await ask(), await ask()]).toEqual([0, 0]);
  expect(printed).toHaveLength(2);
  expect(complaints).toEqual([
    `Note: created the data directory ${dataDir}. A server on another data directory does not accept this token.`,
  ]);
});

test.each(["https://redis.azure.com/", "acca5fbb-b7e4-4009-81f1-37e38fd66d78"])(
  "token for %s warns that Redis does not know it while Cuprite does not run",
  async (audience) => {
    const { code, complaints } = await printToken("--audience", audience);
    expect({ code, complaint: complaints[0] }).toEqual({
      code: 0,
      complaint: "Cuprite does not run, so that Redis does not know this token: get another one when it runs.",
    });
  },
);
