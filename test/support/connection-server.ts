import { microsoftCache } from "../../src/providers/microsoft.cache/provider.ts";
import { startArmServer, type ArmServer, type ArmServerOptions } from "./arm-server.ts";
import { requestConnection } from "./connections.ts";
import type { Answer } from "./inject.ts";

/** The api-version of the tests of connections. */
export const connectionVersion = "api-version=2025-07-01";

/** A server with the cluster `cache1`, and a connection `pectest01` that waits for its owner. */
export interface ConnectionServer {
  readonly server: ArmServer;
  readonly clusterId: string;
  readonly connectionId: string;
  readonly get: () => Promise<Answer>;
  /** Writes the connection's state as its owner. */
  readonly put: (state: unknown, query?: string) => Promise<Answer>;
}

/** Starts such a server. */
export async function startConnectionServer(options: ArmServerOptions = {}): Promise<ConnectionServer> {
  const server = await startArmServer({ ...options, providers: [microsoftCache] });
  const clusterId = `${await server.addGroup()}/providers/Microsoft.Cache/redisEnterprise/cache1`;
  await server.request("PUT", `${clusterId}?${connectionVersion}`, {
    location: "eastus",
    sku: { name: "Balanced_B1" },
    properties: { publicNetworkAccess: "Enabled" },
  });
  if (options.timing !== undefined) await server.clock.advance(600_000);
  const connectionId = await requestConnection(server, { clusterId });
  return {
    server,
    clusterId,
    connectionId,
    get: () => server.request("GET", `${connectionId}?${connectionVersion}`),
    put: (state, query = connectionVersion) =>
      server.request("PUT", `${connectionId}?${query}`, { properties: { privateLinkServiceConnectionState: state } }),
  };
}

interface Connection {
  readonly properties: { readonly privateLinkServiceConnectionState: Readonly<Record<string, string>> };
}

/** The state of the connection in a response. */
export const stateOf = ({ body }: Answer): Readonly<Record<string, string>> =>
  (body as Connection).properties.privateLinkServiceConnectionState;
