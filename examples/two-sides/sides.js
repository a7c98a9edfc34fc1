// The three people of the walk-through, each with Microsoft's clients for their own subscription.
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { NetworkManagementClient } from "@azure/arm-network";
import { PrivateDnsManagementClient } from "@azure/arm-privatedns";
import { RedisEnterpriseManagementClient } from "@azure/arm-redisenterprisecache";
import { ResourceManagementClient } from "@azure/arm-resources";
import { UsernamePasswordCredential } from "@azure/identity";

/** Any id and any password do. */
const clientId = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const password = "any-password";

/** A user of a tenant with their object id and their clients, which `at` makes for a subscription. */
export async function signIn(endpoint, { tenant, user }) {
  const credential = new UsernamePasswordCredential(tenant, clientId, user, password, {
    authorityHost: endpoint,
    disableInstanceDiscovery: true,
  });
  const { token } = await credential.getToken(`${endpoint}/.default`);
  const { oid: objectId } = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
  return { objectId, at: (subscription) => clientsFor(credential, subscription, { endpoint }) };
}

function clientsFor(credential, subscription, options) {
  const { roleAssignments, roleDefinitions } = new AuthorizationManagementClient(credential, subscription, options);
  const { resourceGroups, resources, providers } = new ResourceManagementClient(credential, subscription, options);
  const redis = new RedisEnterpriseManagementClient(credential, subscription, options);
  const network = new NetworkManagementClient(credential, subscription, options);
  const dns = new PrivateDnsManagementClient(credential, subscription, options);
  return {
    roleAssignments,
    roleDefinitions,
    resourceGroups,
    resources,
    providers,
    clusters: redis.redisEnterprise,
    connections: redis.privateEndpointConnections,
    networks: network.virtualNetworks,
    subnets: network.subnets,
    interfaces: network.networkInterfaces,
    endpoints: network.privateEndpoints,
    zoneGroups: network.privateDnsZoneGroups,
    zones: dns.privateZones,
    links: dns.virtualNetworkLinks,
    records: dns.recordSets,
  };
}
