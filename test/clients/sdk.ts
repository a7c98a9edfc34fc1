import { RedisEnterpriseManagementClient } from "@azure/arm-redisenterprisecache";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential, type TokenCredential } from "@azure/identity";
import type { Program } from "../support/program.ts";
import { waitingConnection } from "./demo.ts";

/** The demonstration's. */
export const subscriptionId = "e7b5a9d2-6b6a-4d2f-9143-20d9a10f5b8f";

/** Every tenant is there. */
export const anyTenantId = "11111111-2222-3333-4444-555555555555";

/** What a credential needs to be told about a local authority: where it is, and not to look it up elsewhere. */
export const localAuthority = ({ origin }: Program) => ({ authorityHost: origin, disableInstanceDiscovery: true });

export const secretCredential = (program: Program): TokenCredential =>
  new ClientSecretCredential(anyTenantId, "approver", "any-secret", localAuthority(program));

/** Microsoft's clients of a program, at the SDK's own api-version (2022-01-01) unless another is given. */
export function clientsOf(program: Program, options: { credential?: TokenCredential; apiVersion?: string } = {}) {
  const { credential = secretCredential(program), ...others } = options;
  const endpoint = program.origin;
  const { resourceGroups } = new ResourceManagementClient(credential, subscriptionId, { endpoint });
  return {
    resourceGroups,
    redis: new RedisEnterpriseManagementClient(credential, subscriptionId, { endpoint, ...others }),
  };
}

/** Approves the connection that waits, and answers the status that it then has. */
export async function approveAs(program: Program, credential: TokenCredential): Promise<string | undefined> {
  const { privateEndpointConnections } = clientsOf(program, { credential }).redis;
  const body = { privateLinkServiceConnectionState: { status: "Approved" } };
  const connection = await privateEndpointConnections.beginPutAndWait(...waitingConnection, body);
  return connection.privateLinkServiceConnectionState?.status;
}

/** Everything that an SDK's pages hold. */
export const all = <Item>(pages: AsyncIterable<Item>): Promise<Item[]> => Array.fromAsync(pages);
