import { beforeEach, describe, expect, test } from "vitest";
import { apiVersions } from "../../../src/providers/microsoft.cache/api-versions.ts";
import { listActivities } from "../../support/list-activities.ts";
import { findResource, saveResource } from "../../../src/store/resources.ts";
import type { StoredResource } from "../../../src/store/store.ts";
import type { ArmServer, ArmServerOptions } from "../../support/arm-server.ts";
import { connectionVersion, startConnectionServer, stateOf } from "../../support/connection-server.ts";
import type { ConnectionServer } from "../../support/connection-server.ts";
import { stamped } from "../../support/stamped.ts";

const version = connectionVersion;

let server: ArmServer;
let clusterId: string;
let connectionId: string;
let get: ConnectionServer["get"];
let put: ConnectionServer["put"];

async function begin(options: ArmServerOptions = {}): Promise<void> {
  ({ server, clusterId, connectionId, get, put } = await startConnectionServer(options));
}

beforeEach(() => begin());

const providerError = (code: string, message: string) => ({ error: { code, message: stamped(message), target: null } });

const deniedForGood =
  "Connections that have been previously denied can't be approved. You must remove the connection and create a new one.";

describe("the owner's PUT", () => {
  test("a PUT approves a pending connection and returns 201 with its body", async () => {
    const answer = await put({ status: "Approved", description: "Auto-Approved" });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: connectionId,
      name: "pectest01",
      type: "Microsoft.Cache/redisEnterprise/privateEndpointConnections",
      properties: {
        provisioningState: "Succeeded",
        privateEndpoint: {
          id: `${server.subscription}/resourceGroups/rg1/providers/Microsoft.Network/privateEndpoints/petest01`,
        },
        privateLinkServiceConnectionState: {
          status: "Approved",
          description: "Auto-Approved",
          actionsRequired: "None",
        },
      },
    });
    expect(answer.headers["x-go-azure-sdk-skip-polling-delay"]).toBe("true");
    expect(answer.headers["azure-asyncoperation"]).toBeUndefined();
    expect((await get()).body).toEqual(answer.body);
  });

  test.each([
    [["Approved"], "Approved"],
    [["Rejected"], "Rejected"],
    [["Approved", "Approved"], "Approved"],
    [["Rejected", "Rejected"], "Rejected"],
    [["Approved", "Rejected"], "Rejected"],
    [["approved"], "Approved"],
  ])("PUTs of %j to a pending connection return 201 each", async (statuses, last) => {
    for (const status of statuses) expect((await put({ status })).status).toBe(201);
    expect(stateOf(await get())["status"]).toBe(last);
  });

  test.each(apiVersions)("PUT of an existing connection returns 201 in %s", async (apiVersion) => {
    const answer = await put({ status: "Approved" }, `api-version=${apiVersion}`);
    expect(answer.status).toBe(201);
    const { properties } = answer.body as { properties: object };
    expect("groupIds" in properties).toBe(apiVersion >= "2025-08-01-preview");
  });

  test.each(["2025-08-01-preview", "2026-09-01", "2026-10-01-preview"])(
    "a connection has group ids in %s, and PUT ignores those of the body",
    async (apiVersion) => {
      const body = {
        properties: { groupIds: ["another"], privateLinkServiceConnectionState: { status: "Approved" } },
      };
      expect(await server.request("PUT", `${connectionId}?api-version=${apiVersion}`, body)).toMatchObject({
        status: 201,
        body: { properties: { groupIds: ["redisEnterprise"] } },
      });
    },
  );

  test("PUT refuses to approve a rejected connection, and changes nothing", async () => {
    await put({ status: "Rejected", description: "Not you." });
    const answer = await put({ status: "Approved", description: "Well, then." });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(providerError("BadRequest", deniedForGood));
    expect(stateOf(await get())).toMatchObject({ status: "Rejected", description: "Not you." });
  });

  test.each(["Pending", "Disconnected", "Removed", "", "Approved "])(
    "PUT refuses the status '%s' and lists the allowed ones",
    async (status) => {
      const answer = await put({ status });
      const target = "properties.privateLinkServiceConnectionState.status";
      const message = `The value '${status}' of property '${target}' is not valid. Allowed values: 'Approved', 'Rejected'.`;
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(providerError("InvalidRequestContent", message));
      expect(stateOf(await get())["status"]).toBe("Pending");
    },
  );

  test("PUT without a status keeps it and changes the rest", async () => {
    const answer = await put({ description: "Looking into it.", actionsRequired: "Wait" });
    expect(answer.status).toBe(201);
    expect(stateOf(answer)).toEqual({ status: "Pending", description: "Looking into it.", actionsRequired: "Wait" });
  });

  test("PUT keeps what it leaves out, and empties a description that is null", async () => {
    await put({ status: "Approved", description: "Fine.", actionsRequired: "Restart" });
    expect(stateOf(await put({ status: "Approved" }))).toEqual({
      status: "Approved",
      description: "Fine.",
      actionsRequired: "Restart",
    });
    expect(stateOf(await put({ status: "Approved", description: null }))["description"]).toBe("");
  });

  test("PUT accepts the body that a GET returned, and ignores read-only properties", async () => {
    await put({ status: "Approved" });
    const before = (await get()).body as { id: string; properties: object };
    const lies = { ...before, id: 5, name: "other", type: null };
    const properties = { ...before.properties, provisioningState: "Failed", privateEndpoint: { id: "/elsewhere" } };
    const answer = await server.request("PUT", `${connectionId}?${version}`, { ...lies, properties });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(before);
  });

  test.each([
    [{}, "The property 'properties' is required."],
    [{ properties: {} }, "The property 'properties.privateLinkServiceConnectionState' is required."],
    [{ properties: [] }, "The value '[]' of property 'properties' is not of type object."],
    [{ properties: null }, "The value 'null' of property 'properties' is not of type object."],
    [
      { properties: { privateLinkServiceConnectionState: { description: 5 } } },
      "The value '5' of property 'properties.privateLinkServiceConnectionState.description' is not of type string or null.",
    ],
  ])("PUT refuses %j and names the property", async (body, message) => {
    const answer = await server.request("PUT", `${connectionId}?${version}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(providerError("InvalidRequestContent", message));
  });

  test("the refusal of a decision lists all faults", async () => {
    const answer = await put({ status: "Maybe", description: 1, actionsRequired: {} });
    expect(answer.status).toBe(400);
    const { error } = answer.body as { error: { code: string; details: { code: string; target: string }[] } };
    expect(error.code).toBe("InvalidRequestContent");
    expect(
      error.details.map(({ target }) => target.split(".").at(-1)).toSorted((a = "", b = "") => a.localeCompare(b)),
    ).toEqual(["actionsRequired", "description", "status"]);
  });

  test("PUT of a connection without a body is refused", async () => {
    const answer = await server.request("PUT", `${connectionId}?${version}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: { code: "InvalidRequestContent", message: "The request content is missing; a JSON object is required." },
    });
  });

  test("PUT of a connection that does not exist is the provider's 404: owners cannot create one", async () => {
    const answer = await server.request("PUT", `${clusterId}/privateEndpointConnections/mine?${version}`, {
      properties: { privateLinkServiceConnectionState: { status: "Approved" } },
    });
    expect(answer.status).toBe(404);
    const missing = "A requested resource could not be found. It may already have been deleted.";
    expect(answer.body).toEqual(providerError("ResourceNotFound", missing));
    expect(answer.headers["x-ms-failure-cause"]).toBeUndefined();
    expect((await server.request("GET", `${clusterId}/privateEndpointConnections?${version}`)).body).toMatchObject({
      value: [{ name: "pectest01" }],
    });
  });

  test.each(["Creating", "Updating", "Deleting"])(
    "PUT of a connection returns 409 while the cluster is %s",
    async (provisioningState) => {
      const cluster = await findResource(server.store, clusterId);
      if (cluster === undefined) throw new Error("The cluster is missing.");
      const document = { ...cluster.document, provisioningState };
      await server.store.write((tx) => saveResource(tx, { ...cluster, document }, 1));
      const answer = await put({ status: "Approved" });
      expect(answer.status).toBe(409);
      const { error } = answer.body as { error: { code: string; message: string } };
      expect(error.code).toBe("Conflict");
      expect(error.message).toContain(
        `The resource '${clusterId}' is busy processing a previous update request or is undergoing system maintenance.`,
      );
      expect(stateOf(await get())["status"]).toBe("Pending");
    },
  );

  test("two simultaneous PUTs both return 201, lose no field, and record one activity each", async () => {
    const answers = await Promise.all([put({ status: "Approved" }), put({ description: "Second" })]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(stateOf(await get())).toEqual({ status: "Approved", description: "Second", actionsRequired: "None" });
    const activities = await listActivities(server.store, connectionId);
    expect(activities.map(({ action, detail }) => [action, detail])).toEqual([
      [
        "Microsoft.Cache/redisEnterprise/privateEndpointConnections/write",
        { status: 201, from: "Pending", to: "Approved" },
      ],
      [
        "Microsoft.Cache/redisEnterprise/privateEndpointConnections/write",
        { status: 201, from: "Approved", to: "Approved" },
      ],
    ]);
  });

  test("a repeated PUT writes only its activity", async () => {
    await put({ status: "Approved", description: "Fine." });
    const before = await findResource(server.store, connectionId);
    const answer = await put({ status: "Approved", description: "Fine." });
    expect(answer.status).toBe(201);
    expect((await findResource(server.store, connectionId))?.version).toBe(before?.version);
    expect(await listActivities(server.store, connectionId)).toHaveLength(2);
  });

  test("a repeated PUT writes nothing of a connection that was read from the disk", async () => {
    await put({ status: "Approved", description: "Fine." });
    const written = await findResource(server.store, connectionId);
    const document = JSON.parse(JSON.stringify(written?.document)) as object;
    const read = await server.store.write((tx) =>
      saveResource(tx, { ...(written as StoredResource), document }, written?.updatedAtMs ?? 0),
    );
    await put({ status: "Approved", description: "Fine." });
    expect((await findResource(server.store, connectionId))?.version).toBe(read.version);
  });

  test("a refused PUT records an activity with the reason", async () => {
    await put({ status: "Nonsense" });
    expect(await listActivities(server.store, connectionId)).toMatchObject([
      { outcome: "Failed", detail: { status: 400, error: { code: "InvalidRequestContent" } } },
    ]);
  });

  test("PUT finds a connection in any case of its path", async () => {
    const url = `${connectionId.toUpperCase()}?API-VERSION=2025-07-01`;
    const answer = await server.request("PUT", url, {
      properties: { privateLinkServiceConnectionState: { status: "Approved" } },
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ id: connectionId, name: "pectest01" });
  });
});
