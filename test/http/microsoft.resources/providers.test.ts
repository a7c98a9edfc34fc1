import { describe, expect, test } from "vitest";
import { commonApiVersions } from "../../../src/arm/pipeline/resolve-type.ts";
import { listActivities } from "../../support/list-activities.ts";
import { findResource } from "../../../src/store/resources.ts";
import { callers, startArmServer, type ArmServer } from "../../support/arm-server.ts";
import { sampleProvider, sampleVersions } from "../../support/sample-provider.ts";
import { notServed } from "../../support/not-served.ts";

const version = "api-version=2024-11-01";
const asGuest = { authorization: "Bearer guest" };

const withSample = (): Promise<ArmServer> =>
  startArmServer({ providers: [sampleProvider({ removed: [], painted: [] })] });

const sampleTypes = ["boxes", "boxes/lids", "operations"].map((resourceType) => ({
  resourceType,
  locations: resourceType === "operations" ? [] : ["East US", "West Europe"],
  apiVersions: [...sampleVersions],
  defaultApiVersion: "2024-01-01",
  capabilities: resourceType === "boxes" ? "SupportsTags, SupportsLocation" : "None",
}));

describe("a provider in a subscription", () => {
  test("a provider shows its types and versions, and that it is registered", async () => {
    const { request, subscription } = await withSample();
    const { status, body } = await request("GET", `${subscription}/providers/sample.boxes?${version}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: `${subscription}/providers/Sample.Boxes`,
      namespace: "Sample.Boxes",
      resourceTypes: sampleTypes,
      registrationPolicy: "RegistrationRequired",
      registrationState: "Registered",
    });
  });

  test("the list of providers has ARM's own too, in the order of their names", async () => {
    const { request, subscription } = await withSample();
    const { body } = await request("GET", `${subscription}/providers?${version}`);
    expect(body).toMatchObject({
      value: [
        { namespace: "Microsoft.Authorization", registrationPolicy: "RegistrationFree" },
        { namespace: "Microsoft.Insights", registrationPolicy: "RegistrationRequired" },
        { namespace: "Microsoft.Resources", registrationPolicy: "RegistrationFree", registrationState: "Registered" },
        { namespace: "Sample.Boxes", resourceTypes: sampleTypes },
      ],
    });
  });

  test("a provider that accepts any version lists those that clients send today", async () => {
    const { request, subscription } = await startArmServer();
    const { body } = await request("GET", `${subscription}/providers/Microsoft.Resources?${version}`);
    const { resourceTypes } = body as { resourceTypes: { resourceType: string }[] };
    expect(resourceTypes.find(({ resourceType }) => resourceType === "subscriptions/resourceGroups")).toEqual({
      resourceType: "subscriptions/resourceGroups",
      locations: [],
      apiVersions: commonApiVersions,
      defaultApiVersion: commonApiVersions[0],
      capabilities: "None",
    });
  });

  test.each(["", "/register", "/unregister"])("an unknown provider is refused (%j)", async (action) => {
    const { request, subscription } = await startArmServer();
    const method = action === "" ? "GET" : "POST";
    const { status, body } = await request(method, `${subscription}/providers/Nobody.Here${action}?${version}`);
    expect(status).toBe(404);
    expect(body).toEqual({
      error: {
        code: "InvalidResourceNamespace",
        message: `The resource namespace 'Nobody.Here' is invalid. ${notServed}`,
      },
    });
  });
});

describe("registration", () => {
  const box = (group: string): string => `${group}/providers/Sample.Boxes/boxes/b1?api-version=2024-01-01`;

  test("registration ends and begins again, for this subscription only", async () => {
    const server = await withSample();
    const { request, subscription } = server;
    const other = await server.addSubscription("11111111-1111-4111-8111-111111111111");
    const stateIn = async (id: string) =>
      ((await request("GET", `${id}/providers/Sample.Boxes?${version}`)).body as { registrationState: string })
        .registrationState;
    const ended = await request("POST", `${subscription}/providers/Sample.Boxes/unregister?${version}`);
    expect(ended).toMatchObject({ status: 200, body: { registrationState: "Unregistered" } });
    expect([await stateIn(subscription), await stateIn(other)]).toEqual(["Unregistered", "Registered"]);
    const begun = await request("POST", `${subscription}/providers/SAMPLE.BOXES/Register?${version}`);
    expect(begun).toMatchObject({ status: 200, body: { namespace: "Sample.Boxes", registrationState: "Registered" } });
    expect(await stateIn(subscription)).toBe("Registered");
  });

  test("registration is required before anything else is checked, in words that make SDKs register", async () => {
    const server = await withSample();
    const group = await server.addGroup();
    await server.request("POST", `${server.subscription}/providers/Sample.Boxes/unregister?${version}`);
    const { status, body } = await server.request("PUT", box(group), {});
    expect(status).toBe(409);
    const message =
      "The subscription is not registered to use namespace 'Sample.Boxes'. " +
      "See https://aka.ms/rps-not-found for how to register subscriptions.";
    const code = "MissingSubscriptionRegistration";
    expect(body).toEqual({ error: { code, message, details: [{ code, target: "Sample.Boxes", message }] } });
  });

  test("registration cannot end while the subscription has resources of the namespace", async () => {
    const server = await withSample();
    const group = await server.addGroup();
    await server.request("PUT", box(group), {});
    const answer = await server.request("POST", `${server.subscription}/providers/Sample.Boxes/unregister?${version}`);
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual({
      error: {
        code: "Conflict",
        message:
          "The resource provider 'Sample.Boxes' cannot be unregistered while the subscription has resources of it, " +
          `for example '${group}/providers/Sample.Boxes/boxes/b1'.`,
      },
    });
  });

  test("registration cannot end for a namespace that needs none", async () => {
    const { request, subscription } = await startArmServer();
    const answer = await request("POST", `${subscription}/providers/Microsoft.Resources/unregister?${version}`);
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual({
      error: {
        code: "Conflict",
        message: "The resource provider 'Microsoft.Resources' needs no registration and cannot be unregistered.",
      },
    });
  });

  test("registering again writes nothing", async () => {
    const { request, store, subscription } = await withSample();
    for (let time = 0; time < 3; time += 1) {
      await request("POST", `${subscription}/providers/Sample.Boxes/register?${version}`);
    }
    expect(await findResource(store, subscription)).toMatchObject({ version: 1 });
  });

  test("registration is an action of the namespace itself, in refusals and in the activity log", async () => {
    const { request, store, subscription } = await withSample();
    const id = `${subscription}/providers/Sample.Boxes`;
    const { status, body } = await request("POST", `${id}/register?${version}`, undefined, asGuest);
    expect(status).toBe(403);
    expect(body).toMatchObject({
      error: {
        message: expect.stringContaining(
          `The client 'guest@test.local' with object id '${callers.guest.objectId}' does not have authorization ` +
            `to perform action 'Sample.Boxes/register/action' over scope '${id}'`,
        ) as string,
      },
    });
    await request("POST", `${id}/register?${version}`);
    expect(await listActivities(store, id)).toMatchObject([
      { action: "Sample.Boxes/register/action", outcome: "Failed", callerName: "guest@test.local" },
      { action: "Sample.Boxes/register/action", outcome: "Succeeded", callerName: "owner@test.local" },
    ]);
  });
});

describe("providers above all subscriptions", () => {
  test("providers above all subscriptions are shown to every caller, without registration", async () => {
    const { request } = await withSample();
    const one = await request("GET", `/providers/Sample.Boxes?${version}`, undefined, asGuest);
    expect(one).toMatchObject({ status: 200 });
    expect(one.body).toEqual({ namespace: "Sample.Boxes", resourceTypes: sampleTypes });
    const all = await request("GET", `/providers?${version}`, undefined, asGuest);
    expect((all.body as { value: { namespace: string }[] }).value.map(({ namespace }) => namespace)).toEqual([
      "Microsoft.Authorization",
      "Microsoft.Insights",
      "Microsoft.Resources",
      "Sample.Boxes",
    ]);
  });
});

describe("a provider's operations", () => {
  test("a provider's operations are listed once each, registration first, for every caller", async () => {
    const { request } = await withSample();
    const url = "/providers/Sample.Boxes/operations?api-version=2024-01-01";
    const { status, body, text } = await request("GET", url, undefined, asGuest);
    expect(status).toBe(200);
    const { value } = body as { value: { name: string }[] };
    expect(value.map(({ name }) => name)).toEqual([
      "Sample.Boxes/register/action",
      "Sample.Boxes/unregister/action",
      "Sample.Boxes/operations/read",
      "Sample.Boxes/boxes/read",
      "Sample.Boxes/boxes/write",
      "Sample.Boxes/boxes/lids/read",
      "Sample.Boxes/boxes/lids/write",
    ]);
    expect(value[3]).toEqual({
      name: "Sample.Boxes/boxes/read",
      isDataAction: false,
      display: { provider: "Sample Boxes", resource: "boxes", operation: "Get", description: "Reads it." },
    });
    expect(text).toContain("{\r\n  ");
  });

  test("the list of a provider's operations has the provider's own versions", async () => {
    const { request } = await withSample();
    const { status, body } = await request("GET", `/providers/Sample.Boxes/operations?${version}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: {
        code: "NoRegisteredProviderFound",
        message: expect.stringContaining(`The supported api-versions are '${sampleVersions.join(", ")}'.`) as string,
      },
    });
  });

  test("the operations of ARM itself are listed by ARM", async () => {
    const { request } = await startArmServer();
    const { text } = await request("GET", `/providers/Microsoft.Resources/operations?${version}`);
    expect(text).toContain('{"name":"Microsoft.Resources/subscriptions/resourceGroups/write","isDataAction":false,');
  });
});
