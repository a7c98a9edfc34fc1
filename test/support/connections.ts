import type { PrivateLinkTarget } from "../../src/private-link/contract.ts";
import { connectionProxy } from "../../src/providers/microsoft.cache/connection-proxy.ts";
import type { ArmServer } from "./arm-server.ts";

/** Creates a connection through the private link contract, as Microsoft.Network does. */
export async function requestConnection(
  server: ArmServer,
  request: { clusterId: string; name?: string; approval?: "manual" | "automatic"; message?: string },
): Promise<string> {
  const { clusterId, name = "pectest01", approval = "manual", message = "Please approve." } = request;
  const target: PrivateLinkTarget = connectionProxy({ clock: server.clock });
  await server.store.write((tx) =>
    target.put(tx, {
      targetId: clusterId,
      connectionName: name,
      privateEndpointId: `${server.subscription}/resourceGroups/rg1/providers/Microsoft.Network/privateEndpoints/petest01`,
      groupIds: ["redisEnterprise"],
      approval,
      requestMessage: message,
    }),
  );
  return `${clusterId}/privateEndpointConnections/${name}`;
}
