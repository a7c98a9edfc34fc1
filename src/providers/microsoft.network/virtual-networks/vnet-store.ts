import type { Queryable } from "../../../store/store.ts";
import { subnets } from "../subnets/subnet.ts";
import type { StoredSubnet } from "../subnets/subnet.ts";
import { virtualNetworks } from "./virtual-network.ts";
import type { StoredVnet } from "./virtual-network.ts";

export { saveSubnet } from "./virtual-network.ts";
export type { StoredVnet } from "./virtual-network.ts";
export type { StoredSubnet } from "../subnets/subnet.ts";

export const findVnet = (from: Queryable, id: string): Promise<StoredVnet | undefined> =>
  virtualNetworks.find(from, id);
export const findSubnet = (from: Queryable, id: string): Promise<StoredSubnet | undefined> => subnets.find(from, id);
export const listSubnets = (from: Queryable, vnetKey: string): Promise<StoredSubnet[]> =>
  subnets.children(from, vnetKey);
