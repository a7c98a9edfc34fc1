import { once } from "node:events";
import { chmod, readFile, stat } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { runCuprite, startProgram, type Program } from "../support/program.ts";
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

test("under --strict a service principal can sign in after it was added, and has the rights of its role assignments", async () => {
  const dataDir = await tempDir();
  const program = await startProgram({ dataDir, args: ["--strict", "--no-data-plane"] });
  const principal = (...args: string[]) => runCuprite(["principal", ...args, "--data-dir", dataDir]);

  expect(await askForToken(program, "an-app", "guessed")).toMatchObject({ status: 400 });
  const added = await principal("add", "an-app", "--secret");
  expect(added).toMatchObject({ code: 0, stderr: "The secret is not stored. Save it now.\n" });
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

  const otherTenant = "0b0e7f63-7c6e-4c52-9d3b-2f8c6a1e5d40";
  await principal("add", "an-app", "--tenant", otherTenant);
  const listed = await principal("list");
  expect(listed.stdout.match(/^an-app /gm)).toHaveLength(1);
  expect(listed.stdout).toMatch(new RegExp(`^an-app .*\n +${otherTenant} +\\S+ +-$`, "m"));
  expect(listed).toMatchObject({ code: 0, stderr: "" });
  expect(listed.stdout).toMatch(/^owner@cuprite\.local +user +\S+ +\S+ +Owner at \/ by default$/m);
  expect(listed.stdout).toMatch(new RegExp(`^an-app +service-principal +\\S+ +\\S+ +Reader at ${subscription}$`, "m"));
});

test("principal add fails with one sentence", async () => {
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

const signInAsOwner = (program: Program, password: string) =>
  call(program, {
    path: "/organizations/oauth2/v2.0/token",
    form: {
      grant_type: "password",
      client_id: "an-app",
      username: "owner@cuprite.local",
      password,
      scope: "https://management.azure.com/.default",
    },
  });

test("under --strict the owner signs in with a password that is created once, in a private file", async () => {
  const dataDir = await tempDir();
  const args = ["--strict", "--no-data-plane"];
  const program = await startProgram({ dataDir, args });
  const path = join(dataDir, "owner-password");
  expect(program.greeting).toContain(`  Owner's password  ${path}\n`);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const password = (await readFile(path, "utf8")).trimEnd();
  expect(password).toMatch(/^(?:[a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  expect(program.greeting).not.toContain(password);
  expect(await signInAsOwner(program, "any")).toMatchObject({ status: 400, body: { error_codes: [50126] } });
  expect(await signInAsOwner(program, password)).toMatchObject({ status: 200 });
  await program.stop();

  await chmod(path, 0o644);
  const next = await startProgram({ dataDir, args });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await signInAsOwner(next, password)).toMatchObject({ status: 200 });
});

test("under --strict the owner's password may be a setting, and is then in no file", async () => {
  const dataDir = await tempDir();
  const env = { CUPRITE_OWNER_PASSWORD: "correct horse" };
  const program = await startProgram({ dataDir, args: ["--strict", "--no-data-plane"], env });
  expect(program.greeting).not.toContain("password");
  await expect(stat(join(dataDir, "owner-password"))).rejects.toThrow("ENOENT");
  expect(await signInAsOwner(program, "any")).toMatchObject({ status: 400, body: { error_codes: [50126] } });
  expect(await signInAsOwner(program, "correct horse")).toMatchObject({ status: 200 });
});

test("a password without --strict is refused", async () => {
  const dataDir = await tempDir();
  const env = { ...process.env, CUPRITE_OWNER_PASSWORD: "correct horse" };
  expect(await runCuprite(["start", "--port", "0", "--data-dir", dataDir], env)).toMatchObject({
    code: 2,
    stdout: "",
    stderr: "CUPRITE_OWNER_PASSWORD: the owner has a password under --strict only.\n",
  });
});

test("--listen beyond loopback without --strict prints a warning in the greeting and the log", async () => {
  // Not plainly loopback, and yet nothing that others could reach while the test runs.
  const args = ["--listen", "::ffff:127.0.0.1", "--no-data-plane"];
  const open = await startProgram({ dataDir: await tempDir(), args });
  const warning =
    "Everybody who can reach ::ffff:127.0.0.1 may do everything here, because any password is accepted. Use --strict to require the owner's.";
  expect(open.greeting).toContain(`\nWarning: ${warning}\n`);
  expect(open.errors()).toContain(warning);
  const strict = await startProgram({ dataDir: await tempDir(), args: [...args, "--strict"] });
  expect(strict.greeting).not.toContain("Warning");
  expect(strict.errors()).toBe("");
});
