import { networkResponse } from "../../../arm/arm-response.ts";
import { scopeId } from "../../../arm/resource-id.ts";
import { resourceNotFound, writeNotServed } from "../../../arm/errors.ts";
import type { ArmOperation, ResourceType } from "../../../arm/resource-type.ts";
import { listChildren, listInSubscription } from "../../../store/resources.ts";
import { readAnswer, writeAnswer } from "../network-answer.ts";
import { networkError } from "../network-errors.ts";
import type { NetworkServices } from "../network-services.ts";
import { networkType } from "../network-type.ts";
import { interfaceBody } from "./interface-body.ts";
import { interfaceTypeKey } from "./interface-document.ts";
import type { InterfaceDocument } from "./interface-document.ts";
import { findInterface } from "./interface-store.ts";

const typeAction = "Microsoft.Network/networkInterfaces";

/** `Microsoft.Network/networkInterfaces`: those of private endpoints, which come and go with them. */
export const interfaceType = (services: NetworkServices): ResourceType =>
  networkType(["networkInterfaces"], {
    get: getInterface(services),
    put: refuseWrite,
    patch: refuseWrite,
    delete: deleteInterface(services),
    list: listOfGroup(services),
    listBySubscription: listAll(services),
  });

const getInterface = ({ store }: NetworkServices): ArmOperation => ({
  action: `${typeAction}/read`,
  display: { operation: "Get Network Interface", description: "Reads a network interface." },
  async handle({ resourceId, path, apiVersion }) {
    const found = await findInterface(store, resourceId);
    if (found !== undefined) return readAnswer(interfaceBody(found, apiVersion));
    throw resourceNotFound({ type: typeAction, name: path.names[0] ?? "", group: path.resourceGroup ?? "" });
  },
});

const listOfGroup = ({ store }: NetworkServices): ArmOperation => ({
  action: `${typeAction}/read`,
  display: { operation: "List Network Interfaces of Resource Group", description: "Lists the interfaces of a group." },
  async handle({ path, apiVersion }) {
    const parent = { parentKey: scopeId(path).toLowerCase(), typeKey: interfaceTypeKey };
    const found = await listChildren<InterfaceDocument>(store, parent);
    return networkResponse(200, { value: found.map((each) => interfaceBody(each, apiVersion)) });
  },
});

const listAll = ({ store }: NetworkServices): ArmOperation => ({
  action: `${typeAction}/read`,
  display: { operation: "List Network Interfaces", description: "Lists the network interfaces of a subscription." },
  async handle({ path, apiVersion }) {
    const scope = { subscriptionKey: path.subscriptionId?.toLowerCase() ?? "", typeKey: interfaceTypeKey };
    const found = await listInSubscription<InterfaceDocument>(store, scope);
    return networkResponse(200, { value: found.map((each) => interfaceBody(each, apiVersion)) });
  },
});

/** Azure lets one make them, and change those that are no private endpoint's. */
const refuseWrite: ArmOperation = {
  action: `${typeAction}/write`,
  display: {
    operation: "Create or Update Network Interface",
    description: "Creates a network interface or changes it.",
  },
  body: "optional",
  async handle({ resourceId }) {
    const why = `Network interface ${resourceId} cannot be written: private endpoints alone make and change interfaces.`;
    throw writeNotServed({ why, type: typeAction, speaker: "network" });
  },
};

/** Refuses always (quoted by users): an interface goes with its endpoint. */
const deleteInterface = (services: NetworkServices): ArmOperation => ({
  action: `${typeAction}/delete`,
  display: { operation: "Delete Network Interface", description: "Deletes a network interface." },
  async handle(request) {
    const found = await findInterface(services.store, request.resourceId);
    if (found === undefined) return writeAnswer(services, request, { status: 204, operation: undefined });
    throw networkError(
      "NicInUseWithPrivateEndpoint",
      `Network interface ${found.id} cannot be deleted because it is currently in use with an private endpoint ` +
        `(${found.document.privateEndpointId}).`,
    );
  },
});
