import { channel } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { RedisEnterpriseManagementClient } from "@azure/arm-redisenterprisecache";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential } from "@azure/identity";
import { endpointBody, untilPath } from "../../bench/scenario/curl.ts";
import { ping } from "../../bench/scenario/ping.ts";
import { walk, type ScenarioClient } from "../../bench/scenario/scenario.ts";
import { clusterId, endpointId, type ToldPath } from "../../bench/support/server.ts";
import { anyTenantId, subscriptionId } from "./sdk.ts";

/*
 * The benchmark's scenario with the JavaScript SDK: bench/scenario/run.ts runs it, which is where the packages are not. Arguments:
 * the server's origin, its certificate authority's file (NODE_EXTRA_CA_CERTS has it, too), and how many walks; each is printed.
 */
const [origin = "", caFile = "", count = "1"] = process.argv.slice(2);
const group = "rg1";
const networkVersion = "2025-03-01";

let sent = 0;
channel("http.client.request.start").subscribe(() => (sent += 1));

const credential = new ClientSecretCredential(anyTenantId, "approver", "any-secret", {
  authorityHost: origin,
  disableInstanceDiscovery: true,
});
const { resources } = new ResourceManagementClient(credential, subscriptionId, { endpoint: origin });
const redis = new RedisEnterpriseManagementClient(credential, subscriptionId, { endpoint: origin });

async function readPaths(): Promise<readonly ToldPath[]> {
  const token = await credential.getToken("https://management.azure.com/.default");
  sent += 1;
  const response = await fetch(`${origin}/cuprite/paths`, { headers: { authorization: `Bearer ${token.token}` } });
  return ((await response.json()) as { paths: readonly ToldPath[] }).paths;
}

const client: ScenarioClient = {
  createCluster: (name) =>
    redis.redisEnterprise.beginCreateAndWait(group, name, {
      location: "eastus",
      sku: { name: "Enterprise_E10", capacity: 2 },
    }),
  createDatabase: (name) =>
    redis.databases.beginCreateAndWait(group, name, "default", {
      clientProtocol: "Encrypted",
      clusteringPolicy: "EnterpriseCluster",
      port: 10_000,
    }),
  requestEndpoint: (name) =>
    resources.beginCreateOrUpdateByIdAndWait(
      endpointId(name),
      networkVersion,
      endpointBody({ name, cluster: clusterId(name) }),
    ),
  approve: (name) =>
    redis.privateEndpointConnections.beginPutAndWait(group, name, name, {
      privateLinkServiceConnectionState: { status: "Approved", description: "Approved" },
    }),
  async ping(name) {
    const { primaryKey: key = "" } = await redis.databases.listKeys(group, name, "default");
    await ping({ ...(await untilPath(readPaths, name)), ca: readFileSync(caFile, "utf8"), key });
  },
  deleteEndpoint: (name) => resources.beginDeleteByIdAndWait(endpointId(name), networkVersion),
  deleteCluster: (name) => redis.redisEnterprise.beginDeleteAndWait(group, name),
  requestCount: () => sent,
};

for (let number = 0; number < Number(count); number += 1) {
  process.stdout.write(`${JSON.stringify(await walk(client, `sdk${number}`))}\n`);
}
