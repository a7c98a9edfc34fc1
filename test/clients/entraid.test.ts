import { ClientSecretCredential, type TokenCredential } from "@azure/identity";
import { createClient, createCluster } from "@redis/client";
import { EntraIdCredentialsProviderFactory, REDIS_SCOPE_DEFAULT } from "@redis/entraid";
import { decodeJwt } from "jose";
import { expect, onTestFinished, test, vi } from "vitest";
import { dataPlaneOf, type DataPlaneProgram, type ToldPath } from "../support/data-plane.ts";
import { startProgram } from "../support/program.ts";
import { tempDir } from "../support/temp-dir.ts";
import { anyTenantId, localAuthority } from "./sdk.ts";
import { trust } from "./trust.ts";

const waiting = { timeout: 30_000, interval: 50 };

/** A token is renewed after a second; those of managed identities are valid for 24 hours, others for 75 minutes. */
const renewedSoon = { expirationRefreshRatio: 1 / (75 * 60) };
const identityRenewedSoon = { expirationRefreshRatio: 1 / (24 * 60 * 60) };

interface Started {
  readonly plane: DataPlaneProgram;
  /** Of a private endpoint that is approved, to a database that takes no access keys. */
  readonly path: ToldPath;
  readonly socket: { host: string; port: number; tls: true; ca: string; servername: string };
  /** Assigns whoever a token is for to the database. */
  readonly assign: (token: string) => Promise<string>;
}

async function start(clusteringPolicy = "EnterpriseCluster"): Promise<Started> {
  const dataDir = await tempDir();
  const program = await startProgram({ dataDir });
  await trust(program);
  const plane = await dataPlaneOf(program, dataDir);
  const id = await plane.addCluster("c1", {
    cluster: { publicNetworkAccess: "Disabled" },
    database: { accessKeysAuthentication: "Disabled", clusteringPolicy },
  });
  await plane.requestEndpoint(id, "pe1");
  await plane.decide(id, "pe1", "Approved");
  const path = await plane.path("c1", "pe1");
  const { address: host, port, hostName: servername } = path;
  const assign = async (token: string): Promise<string> => {
    const objectId = String(decodeJwt(token)["oid"]);
    const user = { accessPolicyName: "default", user: { objectId } };
    await plane.put(`${id}/databases/default/accessPolicyAssignments/app`, { properties: user });
    return objectId;
  };
  return { plane, path, socket: { host, port, tls: true, ca: plane.ca, servername }, assign };
}

/** A credential that asks for another token every time, and keeps what it was given. */
function askingAnew({ plane: { program } }: Started): { credential: TokenCredential; tokens: Set<string> } {
  const tokens = new Set<string>();
  const getToken: TokenCredential["getToken"] = async (...request) => {
    const one = new ClientSecretCredential(anyTenantId, "my-app", "any-secret", localAuthority(program));
    const token = await one.getToken(...request);
    tokens.add(token.token);
    return token;
  };
  return { credential: { getToken }, tokens };
}

const providerOf = (credential: TokenCredential) =>
  EntraIdCredentialsProviderFactory.createForDefaultAzureCredential({
    credential,
    scopes: REDIS_SCOPE_DEFAULT,
    tokenManagerConfig: renewedSoon,
    options: {},
  });

interface Client {
  clientId(): Promise<number>;
  info(section: string): Promise<string>;
}

/** How often somebody has logged in, by the server's own account. */
async function logins(client: Client): Promise<number> {
  const calls = (await client.info("commandstats")).matchAll(/^cmdstat_(?:auth|hello):calls=(\d+)/gm);
  return [...calls].reduce((total, [, count]) => total + Number(count), 0);
}

/** Answers when a client has logged in twice more without losing its connection. */
async function staysThroughRenewals(client: Client): Promise<void> {
  const [connection, before] = [await client.clientId(), await logins(client)];
  await vi.waitFor(async () => expect(await logins(client)).toBeGreaterThanOrEqual(before + 2), waiting);
  expect(await client.clientId()).toBe(connection);
}

test("@redis/entraid logs node-redis in through a private endpoint, and again with each new token on the same connection", async () => {
  const started = await start();
  const { credential, tokens } = askingAnew(started);
  const first = await credential.getToken(REDIS_SCOPE_DEFAULT);
  const objectId = await started.assign(first?.token ?? "");
  const client = createClient({ credentialsProvider: providerOf(credential), socket: started.socket });
  await client.connect();
  onTestFinished(() => client.destroy());
  expect(await client.ping()).toBe("PONG");
  const count = tokens.size;
  await staysThroughRenewals(client);
  expect(tokens.size).toBeGreaterThanOrEqual(count + 2);
  expect(await client.sendCommand(["ACL", "WHOAMI"])).toBe(objectId);
});

test("@redis/entraid logs in as a managed identity", async () => {
  const started = await start();
  const { managedIdentityUrl } = started.plane.program;
  const endpoint = `${managedIdentityUrl}/metadata/identity/oauth2/token`;
  vi.stubEnv("IDENTITY_ENDPOINT", endpoint);
  vi.stubEnv("IDENTITY_HEADER", "any");
  const query = new URLSearchParams({ resource: "https://redis.azure.com", "api-version": "2019-08-01" });
  const answer = await fetch(`${endpoint}?${query.toString()}`, { headers: { "x-identity-header": "any" } });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const objectId = await started.assign(token);
  const credentialsProvider = EntraIdCredentialsProviderFactory.createForSystemAssignedManagedIdentity({
    clientId: "unused",
    tokenManagerConfig: identityRenewedSoon,
  });
  const client = createClient({ credentialsProvider, socket: started.socket });
  await client.connect();
  onTestFinished(() => client.destroy());
  expect(await client.sendCommand(["ACL", "WHOAMI"])).toBe(objectId);
  await staysThroughRenewals(client);
});

test("@redis/entraid logs node-redis's cluster client in with the OSS policy", async () => {
  const started = await start("OSSCluster");
  const { credential } = askingAnew(started);
  await started.assign((await credential.getToken(REDIS_SCOPE_DEFAULT))?.token ?? "");
  const { host, port, ...socket } = started.socket;
  const client = createCluster({
    rootNodes: [{ url: `rediss://${host}:${port}` }],
    defaults: { credentialsProvider: providerOf(credential), socket },
  });
  await client.connect();
  onTestFinished(() => client.destroy());
  expect(await client.set("a", "1")).toBe("OK");
  expect(await client.get("a")).toBe("1");
});
