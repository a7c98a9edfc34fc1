import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { runCuprite, startProgram } from "../support/program.ts";
import type { Program } from "../support/program.ts";
import { tempDir } from "../support/temp-dir.ts";

const subscription = "/subscriptions/e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f";
const groups = `${subscription}/resourceGroups?api-version=2024-11-01`;

interface Call {
  readonly path: string;
  readonly token?: string;
  readonly form?: Readonly<Record<string, string>>;
}

async function call(program: Program, { path, token, form }: Call) {
  const ca = await readFile(program.caPemPath);
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
  };
  const method = form === undefined ? "GET" : "POST";
  const url = new URL(path, program.origin);
  const outgoing = request(url, { method, ca, headers, agent: false });
  outgoing.end(form === undefined ? "" : new URLSearchParams(form).toString());
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  return { status: response.statusCode, body: JSON.parse(await text(response)) as Record<string, unknown> };
}

const askForToken = (program: Program, clientId: string, secret: string) =>
  call(program, {
    path: "/organizations/oauth2/v2.0/token",
    form: {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: secret,
      scope: "https://management.azure.com/.default",
    },
  });

test("under --strict a service principal is somebody once it was added, and may do what it is assigned", async () => {
  const dataDir = await tempDir();
  const program = await startProgram({ dataDir, args: ["--strict", "--no-data-plane"] });
  const principal = (...args: string[]) => runCuprite(["principal", ...args, "--data-dir", dataDir]);

  expect(await askForToken(program, "an-app", "guessed")).toMatchObject({ status: 400 });
  const added = await principal("add", "an-app", "--secret");
  expect(added).toMatchObject({ code: 0, stderr: "The secret is kept nowhere: note it down now.\n" });
  const secret = /^Secret +(\S+)$/m.exec(added.stdout)?.[1] ?? "";
  expect(await askForToken(program, "an-app", "guessed")).toMatchObject({ status: 401 });
  const { status, body } = await askForToken(program, "an-app", secret);
  expect(status).toBe(200);
  const token = String(body["access_token"]);
  expect(await call(program, { path: groups, token })).toMatchObject({
    status: 403,
    body: { error: { code: "AuthorizationFailed" } },
  });

  const assigned = await principal("add", "an-app", "--role", "Reader", "--scope", subscription);
  expect(assigned).toMatchObject({ code: 0, stderr: "" });
  expect(assigned.stdout).toContain(`Role       Reader at ${subscription}\n`);
  expect(await call(program, { path: groups, token })).toMatchObject({ status: 200 });

  const listed = await principal("list");
  expect(listed).toMatchObject({ code: 0, stderr: "" });
  expect(listed.stdout).toMatch(/^owner@cuprite\.local +user +\S+ +Owner at \/ by default$/m);
  expect(listed.stdout).toMatch(new RegExp(`^an-app +service-principal +\\S+ +Reader at ${subscription}$`, "m"));
});

test("principal add tells in one sentence what is in the way", async () => {
  const dataDir = await tempDir();
  const principal = (...args: string[]) => runCuprite(["principal", ...args, "--data-dir", dataDir]);
  expect(await principal("add", "an-app")).toMatchObject({
    code: 1,
    stderr: `No Cuprite runs on ${dataDir}: start one with \`npx cuprite start\`, or name another --data-dir.\n`,
  });
  await startProgram({ dataDir, args: ["--no-data-plane"] });
  expect(await principal("add", "an-app", "--role", "Chief")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: "There is no role 'Chief' at /.\n",
  });
  expect(await principal("add", "owner", "--kind", "user")).toMatchObject({
    code: 1,
    stderr: "owner@cuprite.local is the administrator, who may do everything.\n",
  });
});
