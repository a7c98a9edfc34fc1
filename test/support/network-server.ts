import type { MayDo } from "../../src/arm/caller.ts";
import type { Timing } from "../../src/operations/timing.ts";
import { createAccessCheck } from "../../src/providers/microsoft.authorization/access/access-check.ts";
import { connectionProxy } from "../../src/providers/microsoft.cache/connection-proxy.ts";
import { microsoftCache } from "../../src/providers/microsoft.cache/provider.ts";
import { microsoftNetwork } from "../../src/providers/microsoft.network/provider.ts";
import type { ResourceType } from "../../src/arm/resource-type.ts";
import type { ProviderServices } from "../../src/providers/provider-services.ts";
import { startArmServer, type ArmServer } from "./arm-server.ts";
import type { Answer, Request } from "./inject.ts";

export const networkVersion = "2025-03-01";
const cacheVersion = "2025-07-01";
const providers = "providers/Microsoft.Network";

/** What a PUT of an endpoint says; the rest is as in the recordings. */
export interface EndpointWish {
  readonly name?: string;
  readonly group?: string;
  readonly subnet?: string;
  readonly target?: string;
  readonly connection?: string;
  readonly approval?: "automatic" | "manual";
  readonly groupIds?: readonly string[];
  readonly requestMessage?: string;
  readonly tags?: object;
  readonly location?: string;
  /** Further properties. */
  readonly properties?: object;
}

/** ARM with Microsoft.Cache and Microsoft.Network, and what `NetworkRequests` names. */
export type NetworkServer = ArmServer & NetworkRequests;

/** Requests about group `rg1`, cluster `c1`, network `vnet1` with subnet `default`. */
export interface NetworkRequests {
  /** The id of `rg1`. */
  readonly group: string;
  /** The id of `c1`. */
  readonly cluster: string;
  /** The id of `vnet1`, 10.0.0.0/16. */
  readonly vnet: string;
  /** The id of `default`, 10.0.0.0/24. */
  readonly subnet: string;
  /** Sends a request about a resource of Microsoft.Network. */
  readonly call: (method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE", id: string, body?: unknown) => Promise<Answer>;
  /** Sends a request about a resource of Microsoft.Cache. */
  readonly callCache: (method: "GET" | "PUT" | "DELETE", id: string, body?: unknown) => Promise<Answer>;
  readonly endpointId: (name: string, group?: string) => string;
  /** PUTs a private endpoint. */
  readonly putEndpoint: (wish?: EndpointWish) => Promise<Answer>;
  /** PUTs the owner's decision on a connection of `c1`. */
  readonly decide: (connection: string, status: "Approved" | "Rejected", description?: string) => Promise<Answer>;
  /** Creates a cluster. Resolves to its id. */
  readonly addCluster: (id: string) => Promise<string>;
}

/** Starts both providers for one test; `mayDo` decides on what requests refer to, instead of role assignments. */
export async function startNetworkServer(
  options: { timing?: Timing; mayDo?: MayDo; servesKeptBodies?: boolean } = {},
): Promise<NetworkServer> {
  const { timing = { kind: "instant" }, mayDo, ...how } = options;
  const server = await startArmServer({ ...how, timing, providers: [(services) => cacheAndNetwork(services, mayDo)] });
  const requests = await networkRequests(server.request, await server.addGroup("rg1", "westus2"));
  if (timing.kind !== "instant") await server.clock.advance(600_000);
  return { ...server, ...requests };
}

/** Microsoft.Cache and Microsoft.Network together, each of which knows the other. */
export function cacheAndNetwork(services: ProviderServices, mayDo = createAccessCheck(services).mayDo): ResourceType[] {
  const network = microsoftNetwork({ ...services, mayDo, target: connectionProxy(services) });
  const cache = microsoftCache({ ...services, consumer: network.consumer, retiredSkus: true });
  return [...network.types, ...cache];
}

/** Creates the cluster and the network in a group. */
export async function networkRequests(request: Request, group: string): Promise<NetworkRequests> {
  const call: NetworkServer["call"] = (method, id, body) =>
    request(method, `${id}?api-version=${networkVersion}`, body);
  const callCache: NetworkServer["callCache"] = (method, id, body) =>
    request(method, `${id}?api-version=${cacheVersion}`, body);
  const cluster = `${group}/providers/Microsoft.Cache/redisEnterprise/c1`;
  const vnet = `${group}/${providers}/virtualNetworks/vnet1`;
  const subnet = `${vnet}/subnets/default`;
  const endpointId = (name: string, of = group): string => `${of}/${providers}/privateEndpoints/${name}`;
  const addCluster = async (id: string): Promise<string> => {
    await expectCreated(callCache("PUT", id, clusterBody));
    return id;
  };
  const made = { group, cluster, vnet, subnet, call, callCache, endpointId, addCluster };
  await addCluster(cluster);
  await expectCreated(call("PUT", vnet, vnetBody));
  return {
    ...made,
    putEndpoint: (wish = {}) =>
      call("PUT", endpointId(wish.name ?? "pe1", wish.group), endpointBody(wish, { cluster, subnet })),
    decide: (connection, status, description) =>
      callCache("PUT", `${cluster}/privateEndpointConnections/${connection}`, {
        properties: {
          privateLinkServiceConnectionState: { status, ...(description === undefined ? {} : { description }) },
        },
      }),
  };
}

async function expectCreated(answer: Promise<Answer>): Promise<void> {
  const { status, text } = await answer;
  if (status !== 201) throw new Error(`Not created: ${text}`);
}

const clusterBody = {
  location: "westus2",
  sku: { name: "Balanced_B1" },
  properties: { publicNetworkAccess: "Disabled" },
};

/** A network as the clients of the recordings write it. */
export const vnetBody = {
  location: "westus2",
  properties: {
    addressSpace: { addressPrefixes: ["10.0.0.0/16"] },
    subnets: [{ name: "default", properties: { addressPrefix: "10.0.0.0/24" } }],
  },
};

/** The body of a PUT of an endpoint. */
export function endpointBody(wish: EndpointWish, usual: { cluster: string; subnet: string }): object {
  const { approval = "automatic", requestMessage, groupIds = ["redisEnterprise"], tags } = wish;
  const connection = {
    name: wish.connection ?? "pec1",
    properties: {
      groupIds,
      privateLinkServiceId: wish.target ?? usual.cluster,
      ...(requestMessage === undefined ? {} : { requestMessage }),
    },
  };
  const list = approval === "manual" ? "manualPrivateLinkServiceConnections" : "privateLinkServiceConnections";
  return {
    location: wish.location ?? "westus2",
    ...(tags === undefined ? {} : { tags }),
    properties: { subnet: { id: wish.subnet ?? usual.subnet }, [list]: [connection], ...wish.properties },
  };
}

/** The path and query of an absolute URL on the test server. */
export const pathOf = (url: string | undefined): string => (url ?? "").replace("https://localhost:8443", "");
