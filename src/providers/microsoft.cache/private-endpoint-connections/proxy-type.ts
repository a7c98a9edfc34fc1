import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { cacheType } from "../cache-type.ts";

/** The right to a connection that is approved as it is made. */
export const approvalAction = "Microsoft.Cache/redisEnterprise/PrivateEndpointConnectionsApproval/action";

/**
 * `Microsoft.Cache/redisEnterprise/privateEndpointConnectionProxies`: the other provider's side of connections. It is
 * listed, as in Azure, and called within the process alone.
 */
export const proxyType = (): ResourceType =>
  cacheType(["redisEnterprise", "privateEndpointConnectionProxies"], {
    parentsAreStored: false,
    operations: {},
    listedActions: [
      listed("read", "Get Private Endpoint Connection Proxy", "Reads a private endpoint connection proxy."),
      listed(
        "write",
        "Put Private Endpoint Connection Proxy",
        "Creates or updates a private endpoint connection proxy.",
      ),
      listed("delete", "Delete Private Endpoint Connection Proxy", "Deletes a private endpoint connection proxy."),
      listed("validate/action", "Validate Private Endpoint Connection Proxy", "Judges a proxy before it is created."),
      listed("operationResults/read", "Get Proxy Operation Result", "Reads the result of an operation on a proxy."),
    ],
  });

const listed = (action: string, operation: string, description: string): Pick<ArmOperation, "action" | "display"> => ({
  action: `Microsoft.Cache/redisEnterprise/privateEndpointConnectionProxies/${action}`,
  display: { operation, description },
});
