import { ArmError } from "../arm/arm-error.ts";
import type { Log } from "../kernel/log.ts";
import { newUuid } from "../kernel/ids.ts";
import type { ConnectionGrant, PrivateLinkTarget } from "../private-link/contract.ts";
import {
  connectionId,
  findConnection,
} from "../providers/microsoft.cache/private-endpoint-connections/connection-store.ts";
import { connectionRequest } from "../providers/microsoft.network/private-endpoints/call-target.ts";
import { createEndpoint } from "../providers/microsoft.network/private-endpoints/create-endpoint.ts";
import { placeEndpoint } from "../providers/microsoft.network/private-endpoints/place-endpoint.ts";
import type { PlannedEndpoint } from "../providers/microsoft.network/private-endpoints/place-endpoint.ts";
import { isSame } from "../arm/resource-id.ts";
import { settled } from "../providers/microsoft.network/settling.ts";
import { subnetTypeKey } from "../providers/microsoft.network/subnets/subnet-document.ts";
import type { SubnetDocument } from "../providers/microsoft.network/subnets/subnet-document.ts";
import { vnetTypeKey } from "../providers/microsoft.network/virtual-networks/vnet-document.ts";
import type { VnetDocument } from "../providers/microsoft.network/virtual-networks/vnet-document.ts";
import { findResource, saveResource } from "../store/resources.ts";
import type { Transaction } from "../store/store.ts";

/** Where the demonstration's endpoint belongs. */
export interface DemoGround {
  readonly tx: Transaction;
  readonly target: PrivateLinkTarget;
  readonly log: Log;
  readonly subscriptionKey: string;
  readonly groupId: string;
  readonly clusterId: string;
  /** Region name. */
  readonly location: string;
  readonly nowMs: number;
}

const connectionName = "pectest01";

/**
 * Makes sure of a private endpoint that has asked for its connection by hand, in a network of its own. A connection
 * that an older Cuprite has made without an endpoint gets one now. Where there is no way to it, the server starts
 * without.
 */
export async function seedDemoEndpoint(ground: DemoGround): Promise<void> {
  const { tx, groupId, log } = ground;
  const vnetId = `${groupId}/providers/Microsoft.Network/virtualNetworks/vnet1`;
  const planned = plan(ground, `${vnetId}/subnets/default`);
  if ((await findResource(tx, planned.id)) !== undefined) return;
  const connection = await findConnection(tx, connectionId(ground.clusterId, connectionName));
  if (connection !== undefined && !isSame(connection.document.privateEndpointId, planned.id)) return;
  if ((await findResource(tx, vnetId)) === undefined) await saveNetwork(ground, vnetId);
  try {
    await connect(ground, planned, { isAsked: connection !== undefined });
  } catch (cause) {
    if (!(cause instanceof ArmError)) throw cause;
    log.warn({ err: cause }, "The demonstration's private endpoint could not be made.");
  }
}

function plan({ groupId, clusterId, location }: DemoGround, subnetId: string): PlannedEndpoint {
  const name = "petest01";
  return {
    id: `${groupId}/providers/Microsoft.Network/privateEndpoints/${name}`,
    name,
    location,
    wanted: {
      subnetId,
      connection: {
        name: connectionName,
        approval: "manual",
        targetId: clusterId,
        groupIds: ["redisEnterprise"],
        requestMessage: "Please approve.",
      },
      customNetworkInterfaceName: "",
      ipConfigurations: [],
      applicationSecurityGroupIds: [],
      ipVersionType: "IPv4",
    },
  };
}

async function connect(
  { tx, target, nowMs }: DemoGround,
  planned: PlannedEndpoint,
  { isAsked }: { isAsked: boolean },
): Promise<void> {
  const place = await placeEndpoint(tx, planned);
  const request = connectionRequest(planned);
  const grant: ConnectionGrant = isAsked ? await target.update(tx, request) : await target.put(tx, request);
  await createEndpoint(tx, { ...planned, tags: undefined, place, grant, operation: undefined, nowMs });
}

async function saveNetwork({ tx, groupId, location, subscriptionKey, nowMs }: DemoGround, id: string): Promise<void> {
  const parentKey = groupId.toLowerCase();
  const document = vnet(location);
  const saved = await saveResource(tx, { id, typeKey: vnetTypeKey, parentKey, subscriptionKey, document }, nowMs);
  const piece = { id: `${id}/subnets/default`, typeKey: subnetTypeKey, parentKey: saved.key, subscriptionKey };
  await saveResource(tx, { ...piece, document: subnet }, nowMs);
}

const vnet = (location: string): VnetDocument => ({
  name: "vnet1",
  location,
  tags: undefined,
  resourceGuid: newUuid(),
  addressPrefixes: ["10.0.0.0/16"],
  dnsServers: undefined,
  enableDdosProtection: false,
  encryption: undefined,
  flowTimeoutInMinutes: undefined,
  privateEndpointVNetPolicies: undefined,
  ...settled,
});

const subnet: SubnetDocument = {
  name: "default",
  addressPrefixes: ["10.0.0.0/24"],
  hasSinglePrefix: true,
  privateEndpointNetworkPolicies: "Disabled",
  privateLinkServiceNetworkPolicies: "Enabled",
  serviceEndpoints: [],
  delegations: [],
  defaultOutboundAccess: undefined,
  occupants: [],
  ...settled,
};
