import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { armCaller } from "../support/arm-caller.ts";
import { runInProcess, startInProcess } from "../support/in-process-program.ts";
import { tempDir } from "../support/temp-dir.ts";

const vault = "/providers/Microsoft.KeyVault/vaults/v?api-version=2023-07-01";

const rows = [
  "COUNT  METHOD  TYPE                       API-VERSION  MISSING    CLIENTS",
  "2      GET     Microsoft.KeyVault/vaults  2023-07-01   namespace  others (2)",
].join("\n");

test("cuprite unserved lists what a running server refused, and after its end prints the summary of start", async () => {
  const dataDir = await tempDir();
  const asked = ["unserved", "--data-dir", dataDir];
  expect(await runInProcess(asked)).toMatchObject({
    code: 1,
    complaints: expect.stringContaining("No Cuprite runs on"),
  });

  const program = await startInProcess(dataDir);
  expect(await runInProcess(asked)).toEqual({
    code: 0,
    printed: "Cuprite has served everything that clients asked for.",
    complaints: "",
  });
  const token = await runInProcess(["token", "--data-dir", dataDir]);
  const owner = await armCaller(program, token.printed);
  for (let count = 0; count < 2; count += 1) expect((await owner.get(vault)).status).toBe(404);
  expect(await runInProcess(asked)).toEqual({ code: 0, printed: rows, complaints: "" });

  await program.stop();
  expect(program.errors()).toBe(
    "2 requests asked for what Cuprite does not serve: GET Microsoft.KeyVault/vaults; see `cuprite unserved`.",
  );
  expect(await runInProcess(asked)).toEqual({
    code: 0,
    printed: rows,
    complaints: "Cuprite does not run there. This is the list of its last run.",
  });
  expect((await stat(join(dataDir, "unserved.json"))).mode & 0o777).toBe(0o600);
});

test("only owners can list unserved requests", async () => {
  const dataDir = await tempDir();
  const program = await startInProcess(dataDir);
  const token = await runInProcess(["token", "--data-dir", dataDir, "--principal", "guest"]);
  const guest = await armCaller(program, token.printed);
  expect(await guest.get("/cuprite/unserved")).toMatchObject({
    status: 403,
    body: { error: "This takes an access token for Azure Resource Manager of somebody who may do everything." },
  });
});
