import type { ArmOperation, ArmRequest } from "../../../arm/resource-type.ts";
import { write } from "../../../arm/write.ts";
import type { Written } from "../../../arm/write.ts";
import type { Transaction } from "../../../store/store.ts";
import { joinSubnet } from "../join-actions.ts";
import { checkLinkedAccess } from "../linked-access.ts";
import type { LinkedAccess } from "../linked-access.ts";
import { retryAfterSeconds, writeAnswer } from "../network-answer.ts";
import type { NetworkServices } from "../network-services.ts";
import { checkName } from "../resource-name.ts";
import { readLocation, readTags } from "../tracked-request.ts";
import { callTarget, connectionRequest } from "./call-target.ts";
import { checkTarget } from "./connection-request.ts";
import { createEndpoint } from "./create-endpoint.ts";
import { connectionList, endpointBody } from "./endpoint-body.ts";
import { endpointKinds } from "./endpoint-operations.ts";
import { readEndpoint } from "./endpoint-request.ts";
import { findEndpoint } from "./endpoint-store.ts";
import { placeEndpoint } from "./place-endpoint.ts";
import { updateEndpoint } from "./update-endpoint.ts";
import type { WantedEndpoint } from "./update-endpoint.ts";

/** Creates a private endpoint and asks for its connection (201), or writes it again (200), which the owner's decision survives. */
export const putEndpoint = (services: NetworkServices): ArmOperation => ({
  action: "Microsoft.Network/privateEndpoints/write",
  display: { operation: "Create or Update Private Endpoint", description: "Creates a private endpoint or changes it." },
  body: "required",
  async handle(request) {
    const wanted = readWanted(request);
    await checkLinkedAccess(services, request, accessNeeded(services, wanted));
    checkTarget(wanted.wanted.connection, connectionIdOf(wanted), services.target.resourceType);
    return write(services, request, async (tx, nowMs) => {
      const current = await findEndpoint(tx, request.resourceId);
      const put = { services, request, tx, nowMs };
      return current === undefined ? create(put, wanted) : updateEndpoint(put, wanted, current);
    });
  },
});

function readWanted(request: ArmRequest): WantedEndpoint {
  const name = request.path.names[0] ?? "";
  checkName(name, "privateEndpoint");
  const location = readLocation(request.body, "Microsoft.Network/privateEndpoints");
  const wanted = readEndpoint(request.body, request.resourceId, request.apiVersion);
  return { id: request.resourceId, name, location, tags: readTags(request.body), wanted };
}

/** ARM checks it on every PUT. Whoever may not approve must ask manually: there is no falling back to it (documented). */
function accessNeeded({ target }: NetworkServices, { wanted }: WantedEndpoint): LinkedAccess[] {
  const { subnetId, connection } = wanted;
  const join = { action: joinSubnet.action, scope: subnetId };
  const approval = { action: target.approvalAction, scope: connection.targetId };
  return connection.approval === "automatic" ? [join, approval] : [join];
}

const connectionIdOf = ({ id, wanted: { connection } }: WantedEndpoint): string =>
  `${id}/${connectionList(connection)}/${connection.name}`;

async function create(
  { services, request, tx, nowMs }: { services: NetworkServices; request: ArmRequest; tx: Transaction; nowMs: number },
  wanted: WantedEndpoint,
): Promise<Written> {
  const { target, operations } = services;
  const place = await placeEndpoint(tx, wanted);
  const grant = await callTarget(target, () => target.put(tx, connectionRequest(wanted)));
  const { id: resourceId, location } = wanted;
  const { subscriptionKey } = place.subnet;
  const work = { kind: endpointKinds.create, subscriptionKey, resourceId, location, input: {} };
  const operation = await operations.begin(tx, work);
  const endpoint = await createEndpoint(tx, { ...wanted, place, grant, operation, nowMs });
  const body = endpointBody(endpoint, { apiVersion: request.apiVersion, hasZoneGroup: false });
  const answer = { status: 201, body, operation, retryAfterSeconds: retryAfterSeconds.others };
  return { response: writeAnswer(services, request, answer), detail: { to: grant.state.status } };
}
