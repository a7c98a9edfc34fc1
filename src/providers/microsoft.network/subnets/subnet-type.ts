import { isDeepStrictEqual } from "node:util";
import {
  alreadyDone,
  beginWork,
  lifecycleOperations,
  lifecycleWork,
  settled,
  waitingFor,
} from "../../../arm/lifecycle.ts";
import type { Lifecycle } from "../../../arm/lifecycle.ts";
import { groupIdOf, isSame, parentIdOf } from "../../../arm/resource-id.ts";
import type { ArmOperation, ArmRequest, ResourceType } from "../../../arm/resource-type.ts";
import { write, type Written } from "../../../arm/write.ts";
import { removeResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { joinSubnet } from "../linked-access.ts";
import { childNotFound } from "../network-errors.ts";
import { checkName } from "../network-request.ts";
import { checkMayJoin, checkSecurityGroup } from "../network-security-groups/network-security-group.ts";
import { networkDialect, networkType, refuseWhileBusy, retryAfterSeconds, writeResponse } from "../network-type.ts";
import type { NetworkServices } from "../network-type.ts";
import { privateEndpoints } from "../private-endpoints/private-endpoint.ts";
import { removeEndpoint } from "../private-endpoints/save-private-endpoint.ts";
import { keepUnknown, propertiesSince } from "../version-properties.ts";
import { readAddressSpace } from "../virtual-networks/virtual-network-rules.ts";
import { saveSubnet, touchVnet, virtualNetworks, vnetEtag } from "../virtual-networks/virtual-network.ts";
import type { StoredVnet } from "../virtual-networks/virtual-network.ts";
import { readSubnet } from "./subnet-request.ts";
import { checkPrefixesKept, checkSubnets, checkUnoccupied } from "./subnet-rules.ts";
import { subnetBody, subnets, type StoredSubnet, type SubnetDocument, type SubnetSettings } from "./subnet.ts";

// Recorded 2026: a subnet is created in 3 to 4 s.
const subnetWork = {
  write: { name: "network.subnet.write", azureDurationMs: 4_000 },
  /** A write that changes nothing. */
  repeat: "network.subnet.repeat",
  delete: { name: "network.subnet.delete", azureDurationMs: 10_000 },
} as const;

const lifecycle = (services: NetworkServices): Lifecycle<SubnetDocument> => ({
  kind: subnets,
  dialect: networkDialect(services),
  noun: "Subnet",
  plural: "Subnets",
  work: subnetWork,
  async bodies(from, listed, { apiVersion }) {
    const [first] = listed;
    // Reads are in no transaction: the network may be deleted between two of them.
    const vnet = first === undefined ? undefined : await virtualNetworks.find(from, first.parentKey);
    if (vnet === undefined) return [];
    const etag = vnetEtag(vnet);
    return listed.map((subnet) => subnetBody(subnet, { etag, apiVersion }));
  },
  notFound: ({ resourceId }) => childNotFound(resourceId),
  locationOf: async (from, { parentKey }) => (await virtualNetworks.require(from, parentKey)).document.location,
  checkRemovable: (_tx, { document }) => checkUnoccupied(document),
  save: saveSubnet,
  async remove(tx, subnet, nowMs) {
    await removeResource(tx, subnet);
    await touchVnet(tx, await virtualNetworks.require(tx, subnet.parentKey), nowMs);
  },
});

/** `subnets` of a virtual network. */
export function subnetType(services: NetworkServices): ResourceType {
  const life = lifecycle(services);
  return {
    ...networkType(subnets.types, { ...lifecycleOperations(life), put: putSubnet(services) }),
    listedActions: [joinSubnet],
    work: [...lifecycleWork(life), alreadyDone(subnetWork.repeat)],
    release: (tx, resource, nowMs) => vacate(services, tx, subnets.cast(resource), nowMs),
  };
}

/** Refuses to delete a resource group while an endpoint of another group is in one of its subnets, as in Azure. @throws ArmError */
async function vacate(services: NetworkServices, tx: Transaction, subnet: StoredSubnet, nowMs: number): Promise<void> {
  for (const { privateEndpointId } of subnet.document.occupants) {
    const endpoint = await privateEndpoints.find(tx, privateEndpointId);
    if (endpoint === undefined || !isSame(groupIdOf(endpoint.id), groupIdOf(subnet.id))) continue;
    await services.operations.cancelAll(tx, endpoint.id);
    await removeEndpoint(services, tx, endpoint, nowMs);
  }
  const left = await subnets.find(tx, subnet.id);
  if (left !== undefined) checkUnoccupied(left.document);
}

/**
 * Creates a subnet (201) or replaces its settings (200); its addresses stay in use. A PUT that changes
 * nothing leaves it Succeeded, although there is an operation (recorded).
 */
const putSubnet = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/virtualNetworks/subnets/write",
  display: {
    operation: "Create or Update Subnet",
    description: "Creates a subnet of a virtual network or changes it.",
  },
  body: "required",
  async handle(request) {
    checkName(request.name, "subnet");
    const settings = readSubnet(request.body, request.resourceId, request.apiVersion);
    await checkMayJoin(services, request, [settings]);
    return write(services, request, (tx, nowMs) => put(settings, { services, request, tx, nowMs }));
  },
});

async function put(
  asked: SubnetSettings,
  context: { services: NetworkServices; request: ArmRequest; tx: Transaction; nowMs: number },
): Promise<Written> {
  const { services, request, tx, nowMs } = context;
  const { resourceId, name, apiVersion } = request;
  const vnet = await virtualNetworks.require(tx, parentIdOf(resourceId));
  const { location } = vnet.document;
  const current = await subnets.find(tx, resourceId);
  refuseWhileBusy(request, vnet, location);
  if (current !== undefined) refuseWhileBusy(request, current, location);
  const settings = keepUnknown(asked, current?.document, { apiVersion, since: propertiesSince.subnet });
  await checkSecurityGroup(tx, { ...settings, id: resourceId }, location);
  if (!hasPrefixes(current, settings.addressPrefixes)) await checkPrefixes(tx, request, { vnet, current, settings });
  const isRepeated = current !== undefined && isSetTo(current.document, settings);
  const kind = isRepeated ? subnetWork.repeat : subnetWork.write.name;
  const operation = await beginWork(services, tx, { kind, resourceId, location });
  const state = isRepeated ? settled : waitingFor(operation, "Updating");
  const document = { name, ...settings, occupants: current?.document.occupants ?? [], ...state };
  const subnet = await subnets.save(tx, current, { id: resourceId, document }, nowMs);
  const body = subnetBody(subnet, { etag: vnetEtag(await touchVnet(tx, vnet, nowMs)), apiVersion });
  const answer =
    current === undefined ? { status: 201, retryAfterSeconds: retryAfterSeconds.virtualNetwork } : { status: 200 };
  return { response: writeResponse(services, request, { ...answer, body, operation }) };
}

/** Whether a stored subnet has these settings: a setting that is undefined is absent from the document. */
function isSetTo(document: SubnetDocument, settings: SubnetSettings): boolean {
  const names = Object.keys(settings) as (keyof SubnetSettings)[];
  return names.every((name) => document[name] === settings[name] || isDeepStrictEqual(document[name], settings[name]));
}

/** Prefixes that a subnet has already were checked when they or its network's changed, against all that was there. */
const hasPrefixes = (subnet: StoredSubnet | undefined, prefixes: readonly string[]): boolean =>
  subnet?.document.addressPrefixes.length === prefixes.length &&
  subnet.document.addressPrefixes.every((prefix, index) => prefix === prefixes[index]);

async function checkPrefixes(
  tx: Transaction,
  { resourceId: id, name: subnetName }: ArmRequest,
  { vnet, current, settings }: { vnet: StoredVnet; current: StoredSubnet | undefined; settings: SubnetSettings },
): Promise<void> {
  const { name, addressPrefixes } = vnet.document;
  const others = (await subnets.children(tx, vnet.key)).filter(({ key }) => key !== id.toLowerCase());
  checkSubnets({ name, prefixes: readAddressSpace({ id: vnet.id, name, addressPrefixes }) }, [
    ...others.map((each) => ({ ...each.document, id: each.id })),
    { id, name: subnetName, addressPrefixes: settings.addressPrefixes },
  ]);
  if (current !== undefined) checkPrefixesKept(current.document, settings.addressPrefixes);
}
