import type { ClusterEncryption, ClusterIdentity } from "./cluster.ts";
import { hasUserAssigned } from "./identity-rules.ts";
import type { ClusterUpdate } from "./cluster-request.ts";
import { missing, refused, type Fault } from "../errors.ts";

type EncryptionRequest = NonNullable<NonNullable<ClusterUpdate["properties"]>["encryption"]>;
type CustomerKey = NonNullable<ClusterEncryption["customerManagedKeyEncryption"]>;

/** The encryption after a PUT; undefined, also for an empty object, for keys that Microsoft manages. */
export const replacedEncryption = (asked: EncryptionRequest | null | undefined): ClusterEncryption | undefined =>
  toEncryption(asked?.customerManagedKeyEncryption ?? {});

/** The encryption after a PATCH: merged (RFC 7396), except that an empty object still means keys that Microsoft manages. */
export function updatedEncryption(
  asked: EncryptionRequest | null | undefined,
  current: ClusterEncryption | undefined,
): ClusterEncryption | undefined {
  if (asked === undefined) return current;
  const key = asked === null ? null : asked.customerManagedKeyEncryption;
  if (key === undefined) return current;
  if (key === null || Object.keys(key).length === 0) return undefined;
  const before = current?.customerManagedKeyEncryption ?? {};
  const identity = { ...before.keyEncryptionKeyIdentity, ...key.keyEncryptionKeyIdentity };
  return toEncryption({ ...before, ...key, keyEncryptionKeyIdentity: identity });
}

/** A customer's key in a body or a document; null is the same as absent. */
interface AnyKey {
  readonly keyEncryptionKeyIdentity?: {
    readonly userAssignedIdentityResourceId?: string | null;
    readonly identityType?: string | null;
  } | null;
  readonly keyEncryptionKeyUrl?: string | null;
}

function toEncryption({ keyEncryptionKeyIdentity, keyEncryptionKeyUrl }: AnyKey): ClusterEncryption | undefined {
  const { userAssignedIdentityResourceId, identityType } = keyEncryptionKeyIdentity ?? {};
  const identity = {
    ...given("userAssignedIdentityResourceId", userAssignedIdentityResourceId),
    ...given("identityType", identityType),
  };
  const key: CustomerKey = {
    ...(Object.keys(identity).length === 0 ? {} : { keyEncryptionKeyIdentity: identity }),
    ...given("keyEncryptionKeyUrl", keyEncryptionKeyUrl),
  };
  return Object.keys(key).length === 0 ? undefined : { customerManagedKeyEncryption: key };
}

const given = <Name extends string>(name: Name, value: string | null | undefined): Partial<Record<Name, string>> =>
  value === undefined || value === null ? {} : ({ [name]: value } as Record<Name, string>);

const keyTarget = "properties.encryption.customerManagedKeyEncryption";
const urlTarget = `${keyTarget}.keyEncryptionKeyUrl`;
const idTarget = `${keyTarget}.keyEncryptionKeyIdentity.userAssignedIdentityResourceId`;
const typeTarget = `${keyTarget}.keyEncryptionKeyIdentity.identityType`;

/** `https://{vault}/keys/{name}/{version}`: a key without its version is refused. */
const versionedKeyPattern = /^https:\/\/[^/?#@\s]+\/keys\/[^/?#\s]+\/[^/?#\s]+$/i;

/** The faults of the encryption and the identity that a cluster would have. */
export function encryptionFaults(wanted: ClusterEncryption | undefined, identity: ClusterIdentity): Fault[] {
  const key = wanted?.customerManagedKeyEncryption;
  if (key === undefined) return [];
  const { userAssignedIdentityResourceId, identityType } = key.keyEncryptionKeyIdentity ?? {};
  return [
    ...urlFaults(key.keyEncryptionKeyUrl),
    ...typeFaults(identityType),
    ...idFaults(userAssignedIdentityResourceId, identity),
  ];
}

function urlFaults(url: string | undefined): Fault[] {
  if (url === undefined) return [missing(urlTarget)];
  if (versionedKeyPattern.test(url)) return [];
  return [
    refused(urlTarget, url, "is not an https URL of a key with its version: 'https://{vault}/keys/{name}/{version}'."),
  ];
}

function typeFaults(type: string | undefined): Fault[] {
  if (type === undefined) return [missing(typeTarget)];
  return type === "userAssignedIdentity"
    ? []
    : [refused(typeTarget, type, "is not supported; only 'userAssignedIdentity' is.")];
}

function idFaults(id: string | undefined, identity: ClusterIdentity): Fault[] {
  if (id === undefined) return [missing(idTarget)];
  return hasUserAssigned(identity, id)
    ? []
    : [refused(idTarget, id, "is not among the cluster's user assigned identities.")];
}
