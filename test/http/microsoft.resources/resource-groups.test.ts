import { describe, expect, test } from "vitest";
import { regionNames } from "../../../src/kernel/regions.ts";
import { startArmServer, testSubscriptionId } from "../../support/arm-server.ts";

const version = "api-version=2024-11-01";
const rg1 = `/subscriptions/${testSubscriptionId}/resourceGroups/rg1`;

test("a new group returns 201 in ARM's compact form, and 200 when it is put again", async () => {
  const { request } = await startArmServer();
  const body = { location: "West US 2", tags: { team: "cache" } };
  const first = await request("PUT", `${rg1}?${version}`, body);
  expect(first.status).toBe(201);
  expect(first.text).toBe(
    `{"id":"${rg1}","name":"rg1","type":"Microsoft.Resources/resourceGroups","location":"westus2",` +
      '"tags":{"team":"cache"},"properties":{"provisioningState":"Succeeded"}}',
  );
  expect(first.headers["x-rp-server-mvid"]).toBeUndefined();
  const second = await request("PUT", `${rg1}?${version}`, { location: "westus2" });
  expect(second.status).toBe(200);
  expect(second.body).not.toHaveProperty("tags");
});

test("a final response spares Terraform its wait under instant timing, and only then", async () => {
  const instant = await startArmServer();
  const fixed = await startArmServer({ timing: { kind: "fixed", durationMs: 1_000 } });
  const body = { location: "eastus" };
  const header = "x-go-azure-sdk-skip-polling-delay";
  expect((await instant.request("PUT", `${rg1}?${version}`, body)).headers[header]).toBe("true");
  expect((await fixed.request("PUT", `${rg1}?${version}`, body)).headers[header]).toBeUndefined();
});

test("a group is found in any case, under any well-formed api-version, and keeps its first spelling", async () => {
  const { request, addGroup } = await startArmServer();
  await addGroup("My-Group");
  const url = `/SUBSCRIPTIONS//${testSubscriptionId.toUpperCase()}/resourcegroups/MY-GROUP?api-version=2016-02-01`;
  const { status, body } = await request("GET", url);
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: rg1.replace("rg1", "My-Group"), name: "My-Group", location: "eastus" });
});

test("HEAD says whether a group exists, without a body", async () => {
  const { request, addGroup } = await startArmServer();
  const missing = await request("HEAD", `${rg1}?${version}`);
  expect(missing).toMatchObject({ status: 404, text: "" });
  await addGroup();
  expect(await request("HEAD", `${rg1}?${version}`)).toMatchObject({ status: 204, text: "" });
});

test("a group that does not exist is ARM's own 404 for every request", async () => {
  const { request } = await startArmServer();
  for (const method of ["GET", "DELETE", "PATCH"] as const) {
    const answer = await request(method, `${rg1}?${version}`, method === "PATCH" ? { tags: {} } : undefined);
    expect(answer.status).toBe(404);
    expect(answer.text).toBe(
      '{"error":{"code":"ResourceGroupNotFound","message":"Resource group \'rg1\' could not be found."}}',
    );
    expect(answer.headers["x-ms-failure-cause"]).toBe("gateway");
  }
});

describe("the name of a group", () => {
  test.each([
    [
      "a b@c",
      "The provided resource group name 'a b@c' has these invalid characters: ' @'. The name can only be a letter, digit, '-', '.', '(', ')' or '_'.",
    ],
    [
      "x".repeat(91),
      `The provided resource group name '${"x".repeat(91)}' has a length of '91' which exceeds the maximum length of '90'.`,
    ],
    ["dotted.", "The provided resource group name 'dotted.' must not end with '.'."],
  ])("the group name %j is refused", async (name, message) => {
    const { request } = await startArmServer();
    const url = `${rg1.replace("rg1", encodeURIComponent(name))}?${version}`;
    const { status, body } = await request("PUT", url, { location: "eastus" });
    expect(status).toBe(400);
    expect(body).toEqual({ error: { code: "InvalidResourceGroup", message } });
  });

  test.each(["x".repeat(90), "(a).b-c_D9", "größe"])("the group name %j is accepted", async (name) => {
    const { request } = await startArmServer();
    const url = `${rg1.replace("rg1", encodeURIComponent(name))}?${version}`;
    expect(await request("PUT", url, { location: "eastus" })).toMatchObject({ status: 201, body: { name } });
  });
});

describe("the location of a group", () => {
  test.each([{}, { location: "" }])("a group requires a location: %j", async (body) => {
    const { request } = await startArmServer();
    const answer = await request("PUT", `${rg1}?${version}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: { code: "LocationRequired", message: "The location property is required for this definition." },
    });
  });

  test("the location of a group must be a region", async () => {
    const { request } = await startArmServer();
    const { status, body } = await request("PUT", `${rg1}?${version}`, { location: "BadLocation" });
    expect(status).toBe(400);
    expect(body).toEqual({
      error: {
        code: "LocationNotAvailableForResourceGroup",
        message:
          "The provided location 'BadLocation' is not available for resource group. " +
          `List of available regions is '${regionNames.join(",")}'.`,
      },
    });
  });

  test.each(["PUT", "PATCH"] as const)("the location of a group cannot be changed by %s", async (method) => {
    const { request, addGroup } = await startArmServer();
    await addGroup("rg1", "eastus");
    const { status, body } = await request(method, `${rg1}?${version}`, { location: "West US" });
    expect(status).toBe(409);
    expect(body).toEqual({
      error: {
        code: "InvalidResourceGroupLocation",
        message: "Invalid resource group location 'westus'. The Resource group already exists in location 'eastus'.",
      },
    });
  });
});

describe("the tags of a group", () => {
  test("PATCH replaces a group's tags as a whole, and keeps them when it has none", async () => {
    const { request } = await startArmServer();
    await request("PUT", `${rg1}?${version}`, { location: "eastus", tags: { a: "1", b: "2" } });
    const kept = await request("PATCH", `${rg1}?${version}`, {});
    expect(kept.body).toMatchObject({ tags: { a: "1", b: "2" } });
    const replaced = await request("PATCH", `${rg1}?${version}`, { tags: { c: "3" } });
    expect(replaced.status).toBe(200);
    expect(replaced.body).toHaveProperty("tags", { c: "3" });
    expect((await request("GET", `${rg1}?${version}`)).body).toHaveProperty("tags", { c: "3" });
  });

  test("a group accepts as many and as long tags as documented", async () => {
    const { request } = await startArmServer();
    const names = Array.from({ length: 50 }, (_, index) => `${index}`.padStart(512, "n"));
    const tags = Object.fromEntries(names.map((name) => [name, "v".repeat(256)]));
    expect((await request("PUT", `${rg1}?${version}`, { location: "eastus", tags })).status).toBe(201);
  });

  const long = "n".repeat(513);
  test.each([
    [
      { "a/b": "", "c<": "" },
      "InvalidTagNameCharacters",
      "The tag names 'a/b, c<' have reserved characters '<,>,%,&,\\,?,/' or control characters.",
    ],
    [
      { [long]: "" },
      "InvalidTagName",
      `Tag key too large. Following tag name '${long}' exceeded the maximum length. Maximum allowed length for tag name - '512' characters.`,
    ],
    [
      { env: "v".repeat(257) },
      "InvalidTagValueLength",
      "Tag value too large. The value of tag 'env' exceeded the maximum length. Maximum allowed length for tag value - '256' characters.",
    ],
    [{ env: "1", Env: "2" }, "InvalidTagName", "The tag name 'Env' is given more than once."],
    [{ "": "1" }, "InvalidTagName", "The tag name '' is empty."],
    [
      Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, ""])),
      "TooManyTags",
      "The number of tags '51' exceeds the maximum of '50'.",
    ],
  ])("tags that break a rule are refused (%#)", async (tags, code, message) => {
    const { request, addGroup } = await startArmServer();
    await addGroup();
    for (const method of ["PUT", "PATCH"] as const) {
      const { status, body } = await request(method, `${rg1}?${version}`, { location: "eastus", tags });
      expect(status).toBe(400);
      expect(body).toEqual({ error: { code, message, target: "tags" } });
    }
  });

  test("tags of a wrong type are named with their value", async () => {
    const { request } = await startArmServer();
    const { status, body } = await request("PUT", `${rg1}?${version}`, { location: 5, tags: { a: 1 } });
    expect(status).toBe(400);
    expect(body).toMatchObject({
      error: {
        code: "InvalidRequestContent",
        message: "The request content has 2 errors.",
        details: [
          { target: "location", message: "The value '5' of property 'location' is not of type string." },
          { target: "tags.a", message: "The value '1' of property 'tags.a' is not of type string." },
        ],
      },
    });
  });
});

test("other properties that a client sends back of a group are ignored", async () => {
  const { request, addGroup } = await startArmServer();
  const id = await addGroup();
  const { body: whole } = await request("GET", `${id}?${version}`);
  const { status } = await request("PUT", `${id}?${version}`, { ...(whole as object), name: "other", managedBy: null });
  expect(status).toBe(200);
});

test("the principal that manages a group is stored and shown", async () => {
  const { request } = await startArmServer();
  await request("PUT", `${rg1}?${version}`, { location: "eastus", managedBy: "/subscriptions/s/x" });
  expect((await request("GET", `${rg1}?${version}`)).body).toHaveProperty("managedBy", "/subscriptions/s/x");
  await request("PATCH", `${rg1}?${version}`, { managedBy: null });
  expect((await request("GET", `${rg1}?${version}`)).body).not.toHaveProperty("managedBy");
});

test("a PUT without a body is refused", async () => {
  const { request } = await startArmServer();
  const { status, body } = await request("PUT", `${rg1}?${version}`);
  expect(status).toBe(400);
  expect(body).toEqual({
    error: { code: "InvalidRequestContent", message: "The request content is missing; a JSON object is required." },
  });
});
