/** What the id of a resource in a resource group says, in the casing that it is written in. */
export interface ResourceId {
  readonly subscriptionId: string;
  readonly group: string;
  /** Namespace and types: `Microsoft.Network/virtualNetworks/subnets`. */
  readonly type: string;
  readonly names: readonly string[];
}

const idPattern = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+)((?:\/[^/]+\/[^/]+)+)$/i;

/** Reads an id; undefined when it is none of a resource in a resource group. */
export function readResourceId(id: string): ResourceId | undefined {
  const [, subscriptionId, group, namespace, rest] = idPattern.exec(id) ?? [];
  if (subscriptionId === undefined || group === undefined || namespace === undefined || rest === undefined) {
    return undefined;
  }
  const segments = rest.slice(1).split("/");
  const types = segments.filter((_, index) => index % 2 === 0);
  const names = segments.filter((_, index) => index % 2 === 1);
  return { subscriptionId, group, type: [namespace, ...types].join("/"), names };
}

/** The id one level up: of the virtual network of a subnet. */
export const parentIdOf = (id: string): string => id.split("/").slice(0, -2).join("/");

/** The id of the resource group that a resource is in. */
export const groupIdOf = (id: string): string => id.split("/").slice(0, 5).join("/");

/** Whether two ids, types or names are the same: none of them tells upper case from lower case. */
export const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
