import { isDeepStrictEqual } from "node:util";
import { beginWork, settled, waitingFor } from "../../../arm/lifecycle.ts";
import { parentIdOf } from "../../../arm/resource-id.ts";
import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import type { Transaction } from "../../../store/store.ts";
import { retryAfterSeconds, writeResponse, refuseWhileBusy } from "../network-type.ts";
import { checkMayJoin, checkSecurityGroup } from "../network-security-groups/network-security-group.ts";
import type { NetworkServices } from "../network-type.ts";
import { checkName } from "../network-request.ts";
import { keepUnknown, propertiesSince } from "../version-properties.ts";
import { readAddressSpace } from "../virtual-networks/virtual-network-rules.ts";
import { touchVnet, virtualNetworks, vnetEtag } from "../virtual-networks/virtual-network.ts";
import type { StoredVnet } from "../virtual-networks/virtual-network.ts";
import { readSubnet } from "./subnet-request.ts";
import { checkPrefixesKept, checkSubnets } from "./subnet-rules.ts";
import { subnetBody, subnets } from "./subnet.ts";
import type { SubnetDocument, SubnetSettings } from "./subnet.ts";

// Recorded 2026: a subnet is created in 3 to 4 s.
export const subnetWork = {
  write: { name: "network.subnet.write", azureDurationMs: 4_000 },
  /** A write that changes nothing. */
  repeat: "network.subnet.repeat",
  delete: { name: "network.subnet.delete", azureDurationMs: 10_000 },
} as const;

/**
 * Creates a subnet (201) or replaces its settings (200); its addresses stay in use. A PUT that changes
 * nothing leaves it Succeeded, although there is an operation (recorded).
 */
export const putSubnet = (services: NetworkServices): ArmOperation => ({
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
  await checkPlan(tx, request, { vnet, settings });
  if (current !== undefined) checkPrefixesKept(current.document, settings.addressPrefixes);
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

/** JSON, because a stored document has no properties that are undefined. */
function isSetTo(document: SubnetDocument, settings: SubnetSettings): boolean {
  const stored = new Map<string, unknown>(Object.entries(document));
  return Object.entries(settings).every(([name, value]) => isDeepStrictEqual(stored.get(name), value));
}

async function checkPlan(
  tx: Transaction,
  { resourceId: id, name: subnetName }: ArmRequest,
  { vnet, settings }: { vnet: StoredVnet; settings: SubnetSettings },
): Promise<void> {
  const { name, addressPrefixes } = vnet.document;
  const others = (await subnets.children(tx, vnet.key)).filter(({ key }) => key !== id.toLowerCase());
  checkSubnets({ name, prefixes: readAddressSpace({ id: vnet.id, name, addressPrefixes }) }, [
    ...others.map((each) => ({ ...each.document, id: each.id })),
    { id, name: subnetName, addressPrefixes: settings.addressPrefixes },
  ]);
}
