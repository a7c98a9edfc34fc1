import { expect, test } from "vitest";
import { listActivities } from "../../support/list-activities.ts";
import { startDatabaseServer, type DatabaseServer } from "../../support/database-server.ts";
import { stamped } from "../../support/stamped.ts";

interface Keys {
  readonly primaryKey: string;
  readonly secondaryKey: string;
}

const keysOf = async ({ call, database }: DatabaseServer, apiVersion?: string): Promise<Keys> => {
  const version = apiVersion === undefined ? {} : { apiVersion };
  const { status, body } = await call("POST", `${database}/listKeys`, version);
  expect(status).toBe(200);
  return body as Keys;
};

test("gives a new database two random keys of 32 bytes", async () => {
  const server = await startDatabaseServer();
  await server.putDatabase();
  const first = await keysOf(server);
  expect(Object.keys(first)).toEqual(["primaryKey", "secondaryKey"]);
  for (const key of Object.values(first)) expect(Buffer.from(key as string, "base64")).toHaveLength(32);
  await server.call("DELETE", server.database);
  await server.putDatabase();
  const second = await keysOf(server);
  expect(new Set([...Object.values(first), ...Object.values(second)]).size).toBe(4);
});

test("lists keys in every version, also while they are off and while the database is created", async () => {
  const server = await startDatabaseServer({ timing: { kind: "azure" } });
  await server.putDatabase({ accessKeysAuthentication: "Disabled" });
  const keys = await keysOf(server);
  expect(await keysOf(server, "2020-10-01-preview")).toEqual(keys);
});

test.each([
  ["Primary", "primaryKey", "secondaryKey"],
  ["secondary", "secondaryKey", "primaryKey"],
] as const)("regenerates only the %s key, at once, and returns both", async (keyType, replaced, kept) => {
  const server = await startDatabaseServer({ timing: { kind: "azure" } });
  await server.putDatabase();
  await server.clock.advance(7_000);
  const before = await keysOf(server);
  const answer = await server.call("POST", `${server.database}/regenerateKey`, { body: { keyType } });
  expect(answer.status).toBe(200);
  expect(answer.headers).not.toHaveProperty("azure-asyncoperation");
  const after = answer.body as Keys;
  expect(after[kept]).toBe(before[kept]);
  expect(after[replaced]).not.toBe(before[replaced]);
  expect(Buffer.from(after[replaced], "base64")).toHaveLength(32);
  expect(await keysOf(server)).toEqual(after);
});

test("refuses to regenerate a key that is neither primary nor secondary, and names it", async () => {
  const { call, database, putDatabase } = await startDatabaseServer();
  await putDatabase();
  expect(await call("POST", `${database}/regenerateKey`, { body: { keyType: "Tertiary" } })).toMatchObject({
    status: 400,
    body: {
      error: {
        code: "InvalidRequestContent",
        message: stamped(
          "The value 'Tertiary' of property 'keyType' is not valid. Allowed values: 'Primary', 'Secondary'.",
        ),
        target: null,
      },
    },
  });
  expect(await call("POST", `${database}/regenerateKey`, { body: {} })).toMatchObject({
    status: 400,
    body: {
      error: { code: "InvalidRequestContent", message: stamped("The property 'keyType' is required."), target: null },
    },
  });
});

test("refuses to regenerate a key while the database is busy", async () => {
  const { call, database, putDatabase } = await startDatabaseServer({ timing: { kind: "azure" } });
  await putDatabase();
  expect(await call("POST", `${database}/regenerateKey`, { body: { keyType: "Primary" } })).toMatchObject({
    status: 409,
    body: { error: { code: "Conflict", message: expect.stringContaining(`The resource '${database}' is busy`) } },
  });
});

test("returns 404 for the keys of a missing database", async () => {
  const { call, database } = await startDatabaseServer();
  const error = { code: "ResourceNotFound", message: expect.stringContaining("could not be found") };
  expect(await call("POST", `${database}/listKeys`)).toMatchObject({ status: 404, body: { error } });
  const body = { keyType: "Primary" };
  expect(await call("POST", `${database}/regenerateKey`, { body })).toMatchObject({ status: 404, body: { error } });
});

test("keeps keys through an update, and shows them in no other response and no activity", async () => {
  const server = await startDatabaseServer();
  const { call, database, cluster, putDatabase, store } = server;
  const texts = [(await putDatabase()).text];
  const keys = await keysOf(server);
  texts.push((await putDatabase({ evictionPolicy: "NoEviction" })).text);
  expect(await keysOf(server)).toEqual(keys);
  const { body } = await call("POST", `${database}/regenerateKey`, { body: { keyType: "Primary" } });
  texts.push((await call("GET", database)).text, (await call("GET", `${cluster}/databases`)).text);
  texts.push(JSON.stringify(await listActivities(store, database)));
  const secrets = new Set([...Object.values(keys), ...Object.values(body as Keys)]);
  expect(secrets.size).toBe(3);
  for (const secret of secrets) expect(texts.join()).not.toContain(secret);
});
