import type { Tags } from "../../../arm/tags.ts";
import { newUuid } from "../../../kernel/ids.ts";
import type { ConnectionGrant } from "../../../private-link/contract.ts";
import type { StoredOperation } from "../../../store/operations.ts";
import { saveResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import { interfaceTypeKey } from "../network-interfaces/interface-document.ts";
import type { InterfaceDocument } from "../network-interfaces/interface-document.ts";
import { ipConfigurationId } from "../network-interfaces/interface-store.ts";
import { groupIdOf } from "../../../arm/resource-id.ts";
import { waitingFor } from "../settling.ts";
import { saveSubnet } from "../virtual-networks/vnet-store.ts";
import { endpointTypeKey, isOpen } from "./endpoint-document.ts";
import type { EndpointDocument } from "./endpoint-document.ts";
import type { StoredEndpoint } from "./endpoint-store.ts";
import { allocationMethodOf, checkMembers } from "./ip-configurations.ts";
import type { Place, PlannedEndpoint } from "./place-endpoint.ts";

/** All that a new endpoint is made of. */
export interface EndpointCreation extends PlannedEndpoint {
  readonly tags: Tags | undefined;
  readonly place: Place;
  /** What the target has answered. */
  readonly grant: ConnectionGrant;
  /** The work that goes on after the answer; undefined when there is none. */
  readonly operation: StoredOperation | undefined;
  readonly nowMs: number;
}

/** Writes a new endpoint, its interface, and who has its address. @throws ArmError when its target has no such member. */
export async function createEndpoint(tx: Transaction, creation: EndpointCreation): Promise<StoredEndpoint> {
  const { id, place, grant, nowMs, wanted } = creation;
  checkMembers(id, wanted.ipConfigurations, grant.member);
  const document = endpointDocument(creation);
  await occupy(tx, creation);
  const subscriptionKey = place.subnet.subscriptionKey;
  const parentKey = groupIdOf(id).toLowerCase();
  const networkInterface = { id: place.interfaceId, typeKey: interfaceTypeKey, parentKey, subscriptionKey };
  await saveResource(tx, { ...networkInterface, document: interfaceDocument(creation, document) }, nowMs);
  return saveResource(tx, { id, typeKey: endpointTypeKey, parentKey, subscriptionKey, document }, nowMs);
}

function endpointDocument(creation: EndpointCreation): EndpointDocument {
  const { name, location, tags, wanted, place, grant, operation } = creation;
  return {
    name,
    location,
    tags,
    resourceGuid: newUuid(),
    subnetId: place.subnet.id,
    connection: { ...wanted.connection, state: grant.state },
    showsPlaceholder: operation !== undefined,
    member: grant.member,
    address: place.address,
    networkInterfaceId: place.interfaceId,
    customNetworkInterfaceName: wanted.customNetworkInterfaceName,
    ipConfigurations: wanted.ipConfigurations,
    ...waitingFor(operation, "Updating"),
  };
}

function interfaceDocument(
  { id, location, place, wanted }: EndpointCreation,
  endpoint: EndpointDocument,
): InterfaceDocument {
  const { groupId, memberName, fqdn } = endpoint.member;
  return {
    name: place.interfaceId.split("/").at(-1) ?? "",
    location,
    tags: undefined,
    resourceGuid: newUuid(),
    privateEndpointId: id,
    subnetId: place.subnet.id,
    ipConfigurationName: place.ipConfigurationName,
    address: place.address,
    allocationMethod: allocationMethodOf(wanted),
    groupId,
    memberName,
    fqdns: isOpen(endpoint) ? [fqdn] : [],
  };
}

async function occupy(tx: Transaction, { id, place, nowMs }: EndpointCreation): Promise<void> {
  const { subnet, address, interfaceId, ipConfigurationName } = place;
  const occupant = {
    address,
    ipConfigurationId: ipConfigurationId(interfaceId, ipConfigurationName),
    privateEndpointId: id,
  };
  const occupants = [...subnet.document.occupants, occupant];
  await saveSubnet(tx, subnet, { ...subnet.document, occupants }, nowMs);
}
