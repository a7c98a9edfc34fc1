import { beforeEach, describe, expect, test } from "vitest";
import { startCacheServer, type CacheServer } from "../../support/cache-server.ts";
import { clusterRequest, fault, refusal, refusedValue, shapeFault } from "../../support/cluster-bodies.ts";

const identityId = (name: string): string =>
  `/subscriptions/s1/resourceGroups/rg1/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
const keyUrl = "https://v1.vault.azure.net/keys/k1/562a4bb76b524a1493a6afe8e536ee78";
const key = (change: object = {}) => ({
  customerManagedKeyEncryption: {
    keyEncryptionKeyIdentity: {
      userAssignedIdentityResourceId: identityId("id1"),
      identityType: "userAssignedIdentity",
    },
    keyEncryptionKeyUrl: keyUrl,
    ...change,
  },
});
const withId1 = { identity: { type: "UserAssigned", userAssignedIdentities: { [identityId("id1")]: {} } } };
const encrypted = (encryption: object) => ({
  ...clusterRequest,
  ...withId1,
  properties: { ...clusterRequest.properties, encryption },
});

let server: CacheServer;
beforeEach(async () => {
  server = await startCacheServer();
});

describe("identity", () => {
  test("an identity keeps its ids", async () => {
    const both = {
      ...clusterRequest,
      identity: { type: "systemassigned,UserAssigned", userAssignedIdentities: { [identityId("id1")]: {} } },
    };
    const first = (await server.send("PUT", "c1", both)).body as { identity: Record<string, unknown> };
    const guid = expect.stringMatching(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/) as unknown;
    expect(first.identity).toEqual({
      type: "SystemAssigned, UserAssigned",
      principalId: guid,
      tenantId: "72f988bf-0000-4000-8000-000000000001",
      userAssignedIdentities: { [identityId("id1")]: { principalId: guid, clientId: guid } },
    });
    const second = (await server.send("PUT", "c1", both)).body as typeof first;
    expect(second.identity).toEqual(first.identity);
  });

  test.each([
    [{ type: "UserAssigned" }, fault("The property 'identity.userAssignedIdentities' is required.")],
    [{}, shapeFault("The property 'identity.type' is required.")],
    [
      { type: "Maybe" },
      shapeFault(
        "The value 'Maybe' of property 'identity.type' is not valid. Allowed values: 'None', 'SystemAssigned', 'UserAssigned', 'SystemAssigned, UserAssigned', 'SystemAssigned,UserAssigned'.",
      ),
    ],
    [
      { type: "UserAssigned", userAssignedIdentities: { id1: {} } },
      refusedValue(
        "id1",
        "identity.userAssignedIdentities",
        "is not the id of a resource of type 'Microsoft.ManagedIdentity/userAssignedIdentities'.",
      ),
    ],
    [
      { type: "SystemAssigned", userAssignedIdentities: { [identityId("id1")]: {} } },
      refusedValue(
        identityId("id1"),
        "identity.userAssignedIdentities",
        "must not be given for the identity type 'SystemAssigned'.",
      ),
    ],
  ])("the identity %j is refused", async (identity, expected) => {
    expect(await refusal(server, { ...clusterRequest, identity })).toMatchObject(expected);
  });

  test("a PUT without an identity removes it", async () => {
    await server.send("PUT", "c1", { ...clusterRequest, identity: { type: "SystemAssigned" } });
    expect((await server.send("PUT", "c1", clusterRequest)).body).toMatchObject({ identity: { type: "None" } });
  });

  test("PATCH adds and removes ids of identities", async () => {
    await server.send("PUT", "c1", { ...clusterRequest, ...withId1 });
    const change = { [identityId("id2")]: {}, [identityId("ID1")]: null };
    const identity = { type: "UserAssigned", userAssignedIdentities: change };
    const answer = (await server.send("PATCH", "c1", { identity })).body as {
      identity: { userAssignedIdentities: object };
    };
    expect(Object.keys(answer.identity.userAssignedIdentities)).toEqual([identityId("id2")]);
  });
});

describe("encryption", () => {
  const path = "properties.encryption.customerManagedKeyEncryption";

  test("encryption shows the customer's key", async () => {
    expect((await server.send("PUT", "c1", encrypted(key()))).body).toMatchObject({
      properties: { encryption: key() },
    });
  });

  test.each([[{ customerManagedKeyEncryption: {} }], [{}], [{ customerManagedKeyEncryption: null }]])(
    "encryption with %j means keys that Microsoft manages",
    async (encryption) => {
      await server.send("PUT", "c1", encrypted(key()));
      const { body: answer } = await server.send("PUT", "c1", encrypted(encryption));
      expect((answer as { properties: object }).properties).not.toHaveProperty("encryption");
    },
  );

  test.each([
    [{ keyEncryptionKeyUrl: null }, fault(`The property '${path}.keyEncryptionKeyUrl' is required.`)],
    [
      {
        keyEncryptionKeyIdentity: {
          userAssignedIdentityResourceId: identityId("id1"),
          identityType: "SystemAssignedIdentity",
        },
      },
      refusedValue(
        "systemAssignedIdentity",
        `${path}.keyEncryptionKeyIdentity.identityType`,
        "is not supported; only 'userAssignedIdentity' is.",
      ),
    ],
    [
      {
        keyEncryptionKeyIdentity: {
          userAssignedIdentityResourceId: identityId("id2"),
          identityType: "userAssignedIdentity",
        },
      },
      refusedValue(
        identityId("id2"),
        `${path}.keyEncryptionKeyIdentity.userAssignedIdentityResourceId`,
        "is not among the cluster's user assigned identities.",
      ),
    ],
  ])("encryption with %j is refused", async (change, expected) => {
    expect(await refusal(server, encrypted(key(change)))).toMatchObject(expected);
  });

  test.each(["https://v1.vault.azure.net/keys/k1", keyUrl.replace("https", "http"), `${keyUrl}?x=1`, `${keyUrl}/more`])(
    "encryption with the key URL %s is refused",
    async (url) => {
      const why = "is not an https URL of a key with its version: 'https://{vault}/keys/{name}/{version}'.";
      const answer = await refusal(server, encrypted(key({ keyEncryptionKeyUrl: url })));
      expect(answer).toMatchObject(refusedValue(url, `${path}.keyEncryptionKeyUrl`, why));
    },
  );

  test("encryption needs an identity of the cluster, and the refusal lists all that is missing", async () => {
    const { body: answer } = await refusal(
      server,
      encrypted({ customerManagedKeyEncryption: { keyEncryptionKeyUrl: keyUrl } }),
    );
    const { error } = answer as { error: { details: { message: string }[] } };
    expect(error.details.map(({ message }) => message)).toEqual([
      `The property '${path}.keyEncryptionKeyIdentity.identityType' is required.`,
      `The property '${path}.keyEncryptionKeyIdentity.userAssignedIdentityResourceId' is required.`,
    ]);
  });

  test("PATCH merges encryption, and an empty key removes it", async () => {
    await server.send("PUT", "c1", encrypted(key()));
    const next = `${keyUrl}0`;
    const merge = { properties: { encryption: { customerManagedKeyEncryption: { keyEncryptionKeyUrl: next } } } };
    expect((await server.send("PATCH", "c1", merge)).body).toMatchObject({
      properties: { encryption: key({ keyEncryptionKeyUrl: next }) },
    });
    const empty = { properties: { encryption: { customerManagedKeyEncryption: {} } } };
    const { body: answer } = await server.send("PATCH", "c1", empty);
    expect((answer as { properties: object }).properties).not.toHaveProperty("encryption");
  });

  test("an identity that encryption uses cannot be removed", async () => {
    await server.send("PUT", "c1", encrypted(key()));
    expect((await server.send("PATCH", "c1", { identity: { type: "None" } })).status).toBe(400);
  });
});
