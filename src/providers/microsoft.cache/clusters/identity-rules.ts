import { isSame } from "../../../arm/resource-id.ts";
import { nameUuid } from "../../../kernel/ids.ts";
import type { ClusterIdentity } from "./cluster.ts";
import type { ClusterUpdate } from "./cluster-request.ts";
import { missing, refused, type Fault } from "../errors.ts";

type IdentityRequest = NonNullable<ClusterUpdate["identity"]>;

/** The cluster that has the identities. */
export interface IdentityOwner {
  readonly clusterId: string;
  readonly tenantId: string;
}

/** The UUID namespace for the ids of managed identities: a resource always has the same principal. */
const identitySpace = "c1a3e2f0-5d0b-5e0c-9a51-2f6f0a3d7b11";

const none: ClusterIdentity = { type: "None" };

/** The identity after a PUT: none where the body has none. */
export const replacedIdentity = (asked: IdentityRequest | null | undefined, owner: IdentityOwner): ClusterIdentity =>
  asked === undefined || asked === null ? none : build(asked, Object.keys(asked.userAssignedIdentities ?? {}), owner);

/** The identity after a PATCH: ids are added, and removed by null (ARM RPC: managed identity). */
export function updatedIdentity(
  asked: IdentityRequest | null | undefined,
  current: ClusterIdentity,
  owner: IdentityOwner,
): ClusterIdentity {
  if (asked === undefined || asked === null) return current;
  const entries = Object.entries(asked.userAssignedIdentities ?? {});
  const removed = new Set(entries.filter(([, value]) => value === null).map(([id]) => id.toLowerCase()));
  const kept = Object.keys(current.userAssignedIdentities ?? {}).filter((id) => !removed.has(id.toLowerCase()));
  const added = entries.filter(([, value]) => value !== null).map(([id]) => id);
  return build(asked, [...kept, ...added], owner);
}

function build(asked: IdentityRequest, ids: readonly string[], owner: IdentityOwner): ClusterIdentity {
  const type = asked.type === "SystemAssigned,UserAssigned" ? "SystemAssigned, UserAssigned" : asked.type;
  return {
    type,
    ...(type.startsWith("SystemAssigned") ? systemAssigned(owner) : {}),
    ...(type.endsWith("UserAssigned") ? { userAssignedIdentities: userAssigned(ids) } : {}),
  };
}

const systemAssigned = ({ clusterId, tenantId }: IdentityOwner): { principalId: string; tenantId: string } => ({
  principalId: nameUuid(identitySpace, `${clusterId.toLowerCase()} principal`),
  tenantId,
});

/** One entry for each id, in any case, in the order of the ids, so that equal requests give equal identities. */
function userAssigned(ids: readonly string[]): NonNullable<ClusterIdentity["userAssignedIdentities"]> {
  const byKey = new Map(ids.map((id) => [id.toLowerCase(), id]));
  const sorted = [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    sorted.map(([key, id]) => [
      id,
      { principalId: nameUuid(identitySpace, `${key} principal`), clientId: nameUuid(identitySpace, `${key} client`) },
    ]),
  );
}

const identityIdPattern =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/[^/]+$/i;

const idsTarget = "identity.userAssignedIdentities";

/** The faults of the identity in a body, where the cluster would have the identity `wanted`. */
export function identityFaults(asked: IdentityRequest | null | undefined, wanted: ClusterIdentity): Fault[] {
  if (asked === undefined || asked === null) return [];
  if (!wanted.type.endsWith("UserAssigned")) {
    const given = Object.entries(asked.userAssignedIdentities ?? {}).filter(([, value]) => value !== null);
    return given.map(([id]) => refused(idsTarget, id, `must not be given for the identity type '${wanted.type}'.`));
  }
  const ids = Object.keys(wanted.userAssignedIdentities ?? {});
  if (ids.length === 0) return [missing(idsTarget)];
  const notIds = ids.filter((id) => !identityIdPattern.test(id));
  const why = "is not the id of a resource of type 'Microsoft.ManagedIdentity/userAssignedIdentities'.";
  return notIds.map((id) => refused(idsTarget, id, why));
}

/** Whether a user-assigned identity, in any case, is one of a cluster's. */
export const hasUserAssigned = ({ userAssignedIdentities }: ClusterIdentity, id: string): boolean =>
  Object.keys(userAssignedIdentities ?? {}).some((own) => isSame(own, id));
