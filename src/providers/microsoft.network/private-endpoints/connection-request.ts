import { invalidLinkedId, networkError } from "../network-errors.ts";
import { checkName } from "../resource-name.ts";
import { parseResourceId } from "../../../arm/resource-id.ts";
import { connectionList } from "./endpoint-body.ts";
import type { EndpointConnection } from "./endpoint-document.ts";
import type { EndpointProperties } from "./endpoint-schema.ts";

/** The connection that a client asks for. */
export type ConnectionWish = Omit<EndpointConnection, "state">;

/** Documented: what an owner is told may have this many characters (UTF-16 units). */
const maxRequestMessage = 140;

/**
 * Reads the one connection of a body. @throws ArmError when there is none, or several, or it names no target. That Azure
 * takes one is quoted by users; the codes for none and for several are ours.
 */
export function readConnection(properties: EndpointProperties, endpointId: string): ConnectionWish {
  const automatic = properties.privateLinkServiceConnections ?? [];
  const manual = properties.manualPrivateLinkServiceConnections ?? [];
  const [only, ...more] = [...automatic, ...manual];
  if (only === undefined) {
    throw networkError(
      "MissingPrivateLinkServiceConnection",
      `Private endpoint ${endpointId} has no private link service connection. It must have one.`,
    );
  }
  if (more.length > 0) {
    throw networkError(
      "OnlyOnePrivateLinkServiceConnectionPermitted",
      `Private endpoint ${endpointId} has the following private link service connections: ` +
        `${[only, ...more].map(({ name }) => name).join(", ")}. Only one private link service connection is permitted.`,
    );
  }
  checkName(only.name, "privateLinkServiceConnection");
  const approval = manual.length > 0 ? "manual" : "automatic";
  const place = { approval, id: `${endpointId}/${connectionList({ approval })}/${only.name}` } as const;
  return {
    name: only.name,
    approval,
    targetId: readTargetId(only.properties?.privateLinkServiceId ?? "", place),
    groupIds: readGroupIds(only.properties?.groupIds ?? [], place),
    requestMessage: only.properties?.requestMessage ?? undefined,
  };
}

interface Place {
  readonly approval: ConnectionWish["approval"];
  readonly id: string;
}

function readTargetId(targetId: string, place: Place): string {
  if (targetId === "") throw missing("privateLinkServiceId", place);
  if (parseResourceId(targetId) !== undefined) return targetId;
  throw invalidLinkedId(targetId, `properties.${connectionList(place)}[0].properties.privateLinkServiceId`);
}

function readGroupIds(groupIds: readonly string[], place: Place): readonly string[] {
  if (groupIds.length === 0) throw missing("group Id", place);
  return groupIds;
}

const missing = (parameter: string, { id }: Place): Error =>
  networkError(
    "MissingParameterOnPrivateLinkServiceConnection",
    `Private link service connection ${id} is missing required parameter '${parameter}'.`,
  );

/** Refuses a target of another kind than the one that is served here, more than one group of it, and a long message. */
export function checkTarget(wish: ConnectionWish, connectionId: string, resourceType: string): void {
  const { targetId, groupIds, requestMessage = "" } = wish;
  const type = parseResourceId(targetId)?.type ?? "";
  if (type.toLowerCase() !== resourceType.toLowerCase()) {
    throw networkError(
      "InvalidPrivateLinkServiceIdType",
      `Private link service Id ${targetId} has an invalid resource type. Permitted type(s): ${resourceType}`,
    );
  }
  if (groupIds.length !== 1) {
    throw networkError(
      "OnlyOneGroupIdPermitted",
      `Private link service connection ${connectionId} has the following group Ids: ${groupIds.join(", ")}. ` +
        `Only one group Id is permitted when connecting to a first-party resource (${targetId}).`,
    );
  }
  if (requestMessage.length <= maxRequestMessage) return;
  // As targets of other types refuse it, each with a limit of its own (quoted by users).
  throw networkError(
    "RequestMessageTooLong",
    `Call to ${resourceType} failed. Error message: Request Message may only be a maximum of ${maxRequestMessage} characters`,
  );
}
