import { removeResource, saveResource, updateResource } from "../../../store/resources.ts";
import type { Transaction } from "../../../store/store.ts";
import type { Ipv4Prefix } from "../addresses/ipv4.ts";
import type { Settling } from "../settling.ts";
import { subnetTypeKey } from "../subnets/subnet-document.ts";
import { checkPrefixesKept, checkSubnets, checkUnoccupied } from "../subnets/subnet-rules.ts";
import { keepUnknown, propertiesSince } from "../version-properties.ts";
import type { InlineSubnet } from "./vnet-request.ts";
import { listSubnets } from "./vnet-store.ts";
import type { StoredSubnet, StoredVnet } from "./vnet-store.ts";

/** What becomes of the subnets of a virtual network when it is written. */
export interface SubnetReplacement {
  readonly vnet: StoredVnet;
  /** The address space of the network as it is from now on. */
  readonly prefixes: readonly Ipv4Prefix[];
  /** Undefined keeps them. */
  readonly wanted: readonly InlineSubnet[] | undefined;
  /** Of the subnets that are written. */
  readonly state: Settling;
  readonly apiVersion: string;
  readonly nowMs: number;
}

/** Makes the subnets of a network those that are wanted; what has an address of one of them keeps it. */
export async function replaceSubnets(tx: Transaction, replacement: SubnetReplacement): Promise<StoredSubnet[]> {
  const { vnet, prefixes, wanted, nowMs } = replacement;
  const current = await listSubnets(tx, vnet.key);
  const { name } = vnet.document;
  if (wanted === undefined) {
    checkSubnets({ name, prefixes }, current.map(plannedAs));
    return current;
  }
  const wantedKeys = new Set(wanted.map(({ id }) => id.toLowerCase()));
  const dropped = current.filter(({ id }) => !wantedKeys.has(id.toLowerCase()));
  for (const { document } of dropped) checkUnoccupied(document);
  checkSubnets(
    { name, prefixes },
    wanted.map(({ id, name: subnet, settings }) => ({ id, name: subnet, ...settings })),
  );
  for (const subnet of dropped) await removeResource(tx, subnet, nowMs);
  const currentByKey = new Map(current.map((subnet) => [subnet.id.toLowerCase(), subnet]));
  const saved: StoredSubnet[] = [];
  for (const each of wanted)
    saved.push(await saveInline(tx, each, currentByKey.get(each.id.toLowerCase()), replacement));
  return saved.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

const plannedAs = ({ id, document }: StoredSubnet) => ({ ...document, id });

function saveInline(
  tx: Transaction,
  { id, name, settings }: InlineSubnet,
  existing: StoredSubnet | undefined,
  { vnet, state, apiVersion, nowMs }: SubnetReplacement,
): Promise<StoredSubnet> {
  if (existing !== undefined) checkPrefixesKept(existing.document, settings.addressPrefixes);
  const occupants = existing?.document.occupants ?? [];
  const kept = keepUnknown(settings, existing?.document, { apiVersion, since: propertiesSince.subnet });
  const document = { name, ...kept, occupants, ...state };
  if (existing !== undefined) return updateResource(tx, existing, { id, document }, nowMs);
  const { subscriptionKey, key: parentKey } = vnet;
  return saveResource(tx, { id, typeKey: subnetTypeKey, parentKey, subscriptionKey, document }, nowMs);
}
