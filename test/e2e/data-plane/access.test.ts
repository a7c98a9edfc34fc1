import { request } from "node:https";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { expect, test, vi } from "vitest";
import { startDataPlane, type DataPlaneProgram } from "../../support/data-plane.ts";
import { runCuprite } from "../../support/program.ts";
import { tempDir } from "../../support/temp-dir.ts";

const waiting = { timeout: 30_000, interval: 50 };

interface RedisUser {
  readonly username: string;
  readonly password: string;
}

/** A token for Redis that a service principal gets, and the object id that it logs in with. */
async function redisUser(
  { program, ca }: DataPlaneProgram,
  clientId: string,
  options: { path?: string; scope?: string; resource?: string } = { scope: "https://redis.azure.com/.default" },
): Promise<RedisUser> {
  const { path = "/organizations/oauth2/v2.0/token", ...target } = options;
  const client = { grant_type: "client_credentials", client_id: clientId, client_secret: "any" };
  const outgoing = request(new URL(path, program.origin), {
    method: "POST",
    ca,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    agent: false,
  }).end(new URLSearchParams({ ...client, ...target }).toString());
  const [response] = (await once(outgoing, "response")) as [IncomingMessage];
  const { access_token: password } = (await json(response)) as { access_token: string };
  return { username: objectIdIn(password), password };
}

/** The same for a managed identity. */
async function identityUser({ program }: DataPlaneProgram, resource: string): Promise<RedisUser> {
  const query = new URLSearchParams({ resource, "api-version": "2018-02-01" });
  const url = `${program.managedIdentityUrl}/metadata/identity/oauth2/token?${query.toString()}`;
  const answer = await fetch(url, { headers: { metadata: "true" } });
  const { access_token: password } = (await answer.json()) as { access_token: string };
  return { username: objectIdIn(password), password };
}

const objectIdIn = (token: string): string =>
  (JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { oid: string }).oid;

const assignment = (objectId: string, accessString?: string): object => ({
  properties: { accessPolicyName: "default", user: { objectId }, ...(accessString ? { accessString } : {}) },
});

test("both access keys open a database, and a regenerated key replaces the old one at once", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1");
  const path = await plane.path("c1", "public");
  const { primaryKey, secondaryKey } = await plane.keys(id);
  for (const password of [primaryKey, secondaryKey]) {
    expect(await (await plane.dial(path, { password })).ping()).toBe("PONG");
  }
  const regenerate = { method: "POST", path: `${id}/databases/default/regenerateKey`, body: { keyType: "Primary" } };
  const { body } = await plane.arm.call(regenerate as Parameters<typeof plane.arm.call>[0]);
  const { primaryKey: fresh } = body as { primaryKey: string };
  await vi.waitFor(async () => {
    expect(await (await plane.dial(path, { password: fresh })).ping()).toBe("PONG");
  }, waiting);
  await expect(ping(plane, { password: primaryKey })).rejects.toThrow(/WRONGPASS|NOAUTH|closed/);
  expect(await ping(plane, { password: secondaryKey })).toBe("PONG");
});

async function ping(plane: DataPlaneProgram, credentials: { username?: string; password: string }): Promise<string> {
  const client = await plane.dial(await plane.path("c1", "public"), { ...credentials, enableReadyCheck: false });
  return await client.ping();
}

test("switching access keys off disconnects their clients, and the keys are refused", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1");
  const { primaryKey: password } = await plane.keys(id);
  const client = await plane.dial(await plane.path("c1", "public"), { password });
  const cut = new Promise((resolve) => client.once("end", resolve));
  await plane.put(`${id}/databases/default`, { properties: { accessKeysAuthentication: "Disabled" } });
  await cut;
  await expect(ping(plane, { password })).rejects.toThrow(/WRONGPASS|NOAUTH|closed/);
});

test("a token opens a database on which its bearer has an assignment, with its permissions", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1", { database: { accessKeysAuthentication: "Disabled" } });
  const path = await plane.path("c1", "public");
  const user = await redisUser(plane, "my-app");
  await expect(ping(plane, user)).rejects.toThrow(/WRONGPASS|NOAUTH|closed/);

  const place = `${id}/databases/default/accessPolicyAssignments/app`;
  await plane.put(place, assignment(user.username));
  const client = await vi.waitFor(() => plane.dial(path, user), waiting);
  expect(await client.acl("WHOAMI")).toBe(user.username);
  expect(await client.set("a", "1")).toBe("OK");
  await expect(client.config("SET", "port", "6379")).rejects.toThrow("NOPERM");
  await expect(client.call("SHUTDOWN")).rejects.toThrow("NOPERM");

  // A token that is issued later is accepted at once, on a new connection and on an open one.
  const later = await redisUser(plane, "my-app");
  expect(await ping(plane, later)).toBe("PONG");
  expect(await client.auth(later.username, later.password)).toBe("OK");

  const cut = new Promise((resolve) => client.once("end", resolve));
  await plane.arm.call({ method: "DELETE", path: place });
  await cut;
  await expect(ping(plane, user)).rejects.toThrow(/WRONGPASS|NOAUTH|closed/);
});

test("an assignment with an access string that Redis refuses fails in Redis's words, and grants nothing", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1", { database: { accessKeysAuthentication: "Disabled" } });
  await plane.path("c1", "public");
  const user = await redisUser(plane, "my-app");
  const path = `${id}/databases/default/accessPolicyAssignments/app?api-version=2026-09-01`;
  const put = (accessString: string) =>
    plane.arm.call({ method: "PUT", path, body: { properties: { accessString, user: { objectId: user.username } } } });
  expect(await put("+nosuchcommand ~*")).toMatchObject({
    status: 201,
    body: {
      properties: {
        provisioningState: "Failed",
        provisioningError: {
          code: "InvalidAccessString",
          message: "ERR Error in ACL SETUSER modifier '+nosuchcommand': Unknown command or category name in ACL",
          target: "properties.accessString",
        },
      },
    },
  });
  await expect(ping(plane, user)).rejects.toThrow(/WRONGPASS|NOAUTH|closed/);
  expect(await put("+ping ~*")).toMatchObject({
    status: 200,
    body: { properties: { provisioningState: "Succeeded" } },
  });
  await vi.waitFor(async () => expect(await ping(plane, user)).toBe("PONG"), waiting);
});

test("tokens for either audience of Redis open a database, whichever flow issued them", async () => {
  const plane = await startDataPlane(await tempDir());
  const id = await plane.addCluster("c1", { database: { accessKeysAuthentication: "Disabled" } });
  const names = ["https://redis.azure.com", "acca5fbb-b7e4-4009-81f1-37e38fd66d78"];
  const resources = names.flatMap((name) => [name, `${name}/`]);
  const first = "/organizations/oauth2/token";
  const users = [
    ...resources.map((resource) => redisUser(plane, "my-app", { path: first, resource })),
    ...resources.map((resource) => redisUser(plane, "my-app", { scope: `${resource}/.default` })),
    ...resources.map((resource) => identityUser(plane, resource)),
  ];
  const all = await Promise.all(users);
  for (const [index, objectId] of [...new Set(all.map(({ username }) => username))].entries()) {
    await plane.put(`${id}/databases/default/accessPolicyAssignments/user${index}`, assignment(objectId));
  }
  const answers = await Promise.all(all.map((user) => ping(plane, user)));
  expect(answers).toEqual(all.map(() => "PONG"));
  const stranger = await redisUser(plane, "my-app", { scope: "https://management.azure.com/.default" });
  await expect(ping(plane, stranger)).rejects.toThrow(/WRONGPASS|NOAUTH|closed/);
});

test("a token from before a restart is accepted after it", async () => {
  const dataDir = await tempDir();
  const first = await startDataPlane(dataDir);
  const id = await first.addCluster("c1", { database: { accessKeysAuthentication: "Disabled" } });
  const user = await redisUser(first, "my-app");
  await first.put(`${id}/databases/default/accessPolicyAssignments/app`, assignment(user.username));
  await first.program.stop("SIGKILL");
  const second = await startDataPlane(dataDir);
  expect(await ping(second, user)).toBe("PONG");
});

test("Redis accepts a token that the command line makes, and connect uses the owner's token", async () => {
  const dataDir = await tempDir();
  const plane = await startDataPlane(dataDir);
  const id = await plane.addCluster("c1", { database: { accessKeysAuthentication: "Disabled" } });
  const call = ["--data-dir", dataDir];
  const made = await runCuprite(["token", "--audience", "https://redis.azure.com", ...call]);
  const password = made.stdout.trim();
  const refused = await runCuprite(["connect", "c1", ...call, "PING"]);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain("Access keys of 'c1' are disabled, and owner@cuprite.local");

  const username = objectIdIn(password);
  await plane.put(`${id}/databases/default/accessPolicyAssignments/me`, assignment(username));
  await vi.waitFor(async () => expect(await ping(plane, { username, password })).toBe("PONG"), waiting);
  expect(await runCuprite(["connect", "c1", ...call, "PING"])).toMatchObject({ code: 0, stdout: "PONG\n" });
});

test("connect logs the owner in with a token also under --strict", async () => {
  const dataDir = await tempDir();
  const plane = await startDataPlane(dataDir, ["--strict"]);
  const id = await plane.addCluster("c1", { database: { accessKeysAuthentication: "Disabled" } });
  const call = ["--data-dir", dataDir];
  const owner = objectIdIn((await runCuprite(["token", ...call])).stdout.trim());
  await plane.put(`${id}/databases/default/accessPolicyAssignments/me`, assignment(owner));
  expect(await runCuprite(["connect", "c1", ...call, "PING"])).toMatchObject({ code: 0, stdout: "PONG\n" });
});

test("connect says why nobody can log in to a Plaintext database without access keys", async () => {
  const dataDir = await tempDir();
  const plane = await startDataPlane(dataDir);
  await plane.addCluster("c1", { database: { accessKeysAuthentication: "Disabled", clientProtocol: "Plaintext" } });
  expect(await runCuprite(["connect", "c1", "--data-dir", dataDir, "PING"])).toMatchObject({
    code: 1,
    stdout: "",
    stderr:
      "Access keys of 'c1' are disabled, and tokens open no database whose clientProtocol is Plaintext: " +
      "enable accessKeysAuthentication, or make a database with clientProtocol Encrypted.\n",
  });
});

test("connect uses an open path, and says why a path is closed", async () => {
  const dataDir = await tempDir();
  const plane = await startDataPlane(dataDir);
  const id = await plane.addCluster("c1");
  await plane.requestEndpoint(id, "pe1");
  const connect = (...words: string[]) => runCuprite(["connect", "c1", "--data-dir", dataDir, ...words]);
  await plane.decide(id, "pe1", "Approved");
  await plane.path("c1", "pe1");
  expect(await connect("--via", "pe1", "PING")).toMatchObject({ code: 0, stdout: "PONG\n" });
  await plane.decide(id, "pe1", "Rejected");
  await plane.path("c1", "pe1", false);
  expect(await connect("--via", "pe1", "PING")).toMatchObject({
    code: 1,
    stderr: "Connection refused by pe1: the private endpoint connection 'pe1' is Rejected, not Approved.\n",
  });
  expect(await connect("--via", "public", "PING")).toMatchObject({ code: 0, stdout: "PONG\n" });
});
