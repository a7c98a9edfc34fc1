import { describe, expect, test } from "vitest";
import { startDatabaseServer, type DatabaseServer } from "../../support/database-server.ts";
import { stamped } from "../../support/stamped.ts";

const azure = { timing: { kind: "azure" } } as const;
const objectId = "6497c918-11ad-41e7-1b0f-7c518a87d0b0";
const anotherId = "6497c918-11ad-41e7-1b0f-7c518a87d0b1";
const bodyFor = (id: unknown = objectId, more: object = {}) => ({
  properties: { accessPolicyName: "default", user: { objectId: id }, ...more },
});

/** A server with a running database, and the id of an assignment that does not exist yet. */
async function startWithDatabase(
  options: Parameters<typeof startDatabaseServer>[0] = {},
): Promise<DatabaseServer & { readonly assignment: string }> {
  const server = await startDatabaseServer(options);
  await server.putDatabase();
  await server.clock.advance(7_000);
  return { ...server, assignment: `${server.database}/accessPolicyAssignments/app1` };
}

describe("PUT of an access policy assignment", () => {
  test("returns 201 with the recorded body for a new assignment, and 200 for an existing one", async () => {
    const { call, assignment } = await startWithDatabase();
    const created = await call("PUT", assignment, { body: bodyFor() });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      properties: { accessPolicyName: "default", user: { objectId }, provisioningState: "Succeeded" },
      id: assignment,
      name: "app1",
      type: "Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments",
    });
    expect([...created.text.matchAll(/^ {4}"(\w+)"/gm)].map(([, name]) => name)).toEqual([
      "accessPolicyName",
      "user",
      "provisioningState",
    ]);
    expect(Object.keys(created.body as object)).toEqual(["properties", "id", "name", "type"]);
    expect(created.headers).toMatchObject({ "x-go-azure-sdk-skip-polling-delay": "true" });
    const updated = await call("PUT", assignment, { body: bodyFor(anotherId) });
    expect(updated).toMatchObject({ status: 200, body: { properties: { user: { objectId: anotherId } } } });
  });

  test("creates an assignment in ten seconds in Azure, with the assignment itself as Location", async () => {
    const { call, assignment, clock, follow } = await startWithDatabase(azure);
    const { status, body, headers } = await call("PUT", assignment, { body: bodyFor() });
    expect(status).toBe(201);
    expect(body).toMatchObject({ properties: { provisioningState: "Creating" } });
    expect(headers["azure-asyncoperation"]).toContain("/locations/East%20US/operationsStatus/");
    expect(headers["location"]).toBe(`https://localhost:8443${assignment}?api-version=2025-07-01`);
    expect(await call("PUT", assignment, { body: bodyFor() })).toMatchObject({
      status: 409,
      body: { error: { code: "Conflict", message: expect.stringContaining(`The resource '${assignment}' is busy`) } },
    });
    await clock.advance(10_000);
    expect(await follow(headers["location"])).toMatchObject({
      body: { properties: { provisioningState: "Succeeded" } },
    });
    expect(await call("PUT", assignment, { body: bodyFor() })).toMatchObject({
      status: 200,
      body: { properties: { provisioningState: "Updating" } },
    });
  });

  test("fails an assignment written during the write of another after three minutes in Azure, then accepts it again", async () => {
    const { call, assignment, database, clock, follow } = await startWithDatabase(azure);
    await call("PUT", assignment, { body: bodyFor() });
    const second = `${database}/accessPolicyAssignments/app2`;
    const { status, headers } = await call("PUT", second, { body: bodyFor(anotherId) });
    expect(status).toBe(201);
    await clock.advance(179_000);
    expect(await call("GET", assignment)).toMatchObject({ body: { properties: { provisioningState: "Succeeded" } } });
    expect(await call("GET", second)).toMatchObject({ body: { properties: { provisioningState: "Creating" } } });
    await clock.advance(1_000);
    expect(await call("GET", second)).toMatchObject({ body: { properties: { provisioningState: "Failed" } } });
    expect(await follow(headers["azure-asyncoperation"])).toMatchObject({
      body: { status: "Failed", error: { code: "OperationFailed", message: "The operation failed." } },
    });
    await call("PUT", second, { body: bodyFor(anotherId) });
    await clock.advance(10_000);
    expect(await call("GET", second)).toMatchObject({ body: { properties: { provisioningState: "Succeeded" } } });
  });

  test("accepts an object id as an assignment's name, as Terraform sends it", async () => {
    const { call, database } = await startWithDatabase();
    const id = `${database}/accessPolicyAssignments/${objectId}`;
    expect(await call("PUT", id, { body: bodyFor() })).toMatchObject({ status: 201, body: { name: objectId } });
  });

  test.each(["a_b", "a".repeat(61)])("refuses the assignment name %s", async (name) => {
    const { call, database } = await startWithDatabase();
    expect(await call("PUT", `${database}/accessPolicyAssignments/${name}`, { body: bodyFor() })).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "InvalidResourceName",
          message: stamped(
            `The access policy assignment name '${name}' is not valid. It must be 1 to 60 letters, digits and hyphens.`,
          ),
          target: null,
        },
      },
    });
  });

  test.each([
    [bodyFor("me"), "BadRequest", "The value 'me' of property 'properties.user.objectId' is not a UUID."],
    [
      bodyFor(objectId, { accessPolicyName: "admin" }),
      "BadRequest",
      "The value 'admin' of property 'properties.accessPolicyName' is not valid. Allowed values: 'default'.",
    ],
    [
      { properties: { user: { objectId } } },
      "InvalidRequestContent",
      "The property 'properties.accessPolicyName' is required.",
    ],
    [
      { properties: { accessPolicyName: "default" } },
      "InvalidRequestContent",
      "The property 'properties.user' is required.",
    ],
    [
      { properties: { accessPolicyName: "default", user: {} } },
      "InvalidRequestContent",
      "The property 'properties.user.objectId' is required.",
    ],
    [{}, "InvalidRequestContent", "The property 'properties' is required."],
  ])("refuses the assignment %j", async (body, code, message) => {
    const { call, assignment } = await startWithDatabase();
    expect(await call("PUT", assignment, { body })).toMatchObject({
      status: 400,
      body: { error: { code, target: null, message: stamped(message) } },
    });
  });

  test("reports two broken rules of an assignment at once", async () => {
    const { call, assignment } = await startWithDatabase();
    const { body } = await call("PUT", assignment, { body: bodyFor("me", { accessPolicyName: "admin" }) });
    expect(body).toHaveProperty("error.details", [
      expect.objectContaining({ target: "properties.accessPolicyName" }),
      expect.objectContaining({ target: "properties.user.objectId" }),
    ]);
  });

  test("refuses a second assignment for the same user", async () => {
    const { call, assignment, database } = await startWithDatabase();
    await call("PUT", assignment, { body: bodyFor() });
    const second = `${database}/accessPolicyAssignments/app2`;
    expect(await call("PUT", second, { body: bodyFor(objectId.toUpperCase()) })).toMatchObject({
      status: 400,
      body: {
        error: {
          code: "BadRequest",
          target: null,
          message: stamped(
            `The user '${objectId.toUpperCase()}' already has the access policy assignment 'app1' ` +
              `on the database '${database}'.`,
          ),
        },
      },
    });
    expect(await call("PUT", second, { body: bodyFor(anotherId) })).toMatchObject({ status: 201 });
  });

  test("refuses an assignment while its database is busy", async () => {
    const { call, database, putDatabase } = await startDatabaseServer(azure);
    const assignment = `${database}/accessPolicyAssignments/app1`;
    expect(await call("PUT", assignment, { body: bodyFor() })).toMatchObject({
      status: 404,
      body: { error: { code: "ResourceNotFound", message: expect.stringContaining("could not be found") } },
    });
    await putDatabase();
    expect(await call("PUT", assignment, { body: bodyFor() })).toMatchObject({
      status: 409,
      body: { error: { code: "Conflict", message: expect.stringContaining(`The resource '${database}' is busy`) } },
    });
  });
});

describe("reading and deleting access policy assignments", () => {
  test("returns the web framework's 404 for a missing assignment, not ARM's", async () => {
    const { call, assignment } = await startWithDatabase();
    const { status, headers, body } = await call("GET", assignment);
    expect({ status, type: headers["content-type"] }).toEqual({
      status: 404,
      type: "application/problem+json; charset=utf-8",
    });
    expect(body).toEqual({
      type: "https://tools.ietf.org/html/rfc9110#section-15.5.5",
      title: "Not Found",
      status: 404,
      traceId: expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-00$/) as string,
    });
  });

  test("lists all assignments of a database", async () => {
    const { call, assignment, database } = await startWithDatabase();
    const list = `${database}/accessPolicyAssignments`;
    expect(await call("GET", list)).toMatchObject({ status: 200, body: { value: [] } });
    const { body } = await call("PUT", assignment, { body: bodyFor() });
    expect(await call("GET", list)).toMatchObject({ status: 200, body: { value: [body] } });
    expect(await call("GET", assignment)).toMatchObject({ status: 200, body });
  });

  test("returns 204 for a DELETE of an assignment, whether or not it existed", async () => {
    const { call, assignment } = await startWithDatabase();
    await call("PUT", assignment, { body: bodyFor() });
    expect(await call("DELETE", assignment)).toMatchObject({ status: 204, text: "" });
    expect(await call("GET", assignment)).toMatchObject({ status: 404 });
    expect(await call("DELETE", assignment)).toMatchObject({ status: 204, text: "" });
  });

  test("deletes an assignment in ten seconds in Azure", async () => {
    const { call, assignment, clock, follow } = await startWithDatabase(azure);
    await call("PUT", assignment, { body: bodyFor() });
    await clock.advance(10_000);
    const { status, body, headers } = await call("DELETE", assignment);
    expect(status).toBe(202);
    expect(body).toEqual({
      properties: { accessPolicyName: "default", user: { objectId }, provisioningState: "Deleting" },
      id: assignment,
      name: "app1",
      type: "Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments",
    });
    expect(headers["content-type"]).toBe("application/json");
    expect(headers["location"]).toBe(`https://localhost:8443${assignment}?api-version=2025-07-01`);
    expect(await call("GET", assignment)).toMatchObject({ body: { properties: { provisioningState: "Deleting" } } });
    expect(await call("DELETE", assignment)).toMatchObject({ status: 409 });
    await clock.advance(10_000);
    expect(await call("GET", assignment)).toMatchObject({ status: 404 });
    expect(await follow(headers["azure-asyncoperation"])).toMatchObject({ body: { status: "Succeeded" } });
  });

  test("has no assignments in versions before Azure Managed Redis", async () => {
    const { call, assignment } = await startWithDatabase();
    const { status, body } = await call("GET", assignment, { apiVersion: "2024-10-01" });
    expect({ status, body }).toMatchObject({ status: 400, body: { error: { code: "NoRegisteredProviderFound" } } });
    expect(body).toMatchObject({
      error: {
        message: expect.stringContaining(
          "The supported api-versions are '2026-10-01-preview, 2026-09-01, 2026-06-01-preview,",
        ),
      },
    });
  });
});
