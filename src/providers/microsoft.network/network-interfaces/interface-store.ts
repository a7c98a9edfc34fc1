import { findResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Queryable } from "../../../store/store.ts";
import { interfaceTypeKey } from "./interface-document.ts";
import type { InterfaceDocument } from "./interface-document.ts";

export type StoredInterface = StoredResource<InterfaceDocument>;

/** The network interface with this id, in any case. */
export async function findInterface(from: Queryable, id: string): Promise<StoredInterface | undefined> {
  const found = await findResource<InterfaceDocument>(from, id);
  return found?.typeKey === interfaceTypeKey ? found : undefined;
}

/** The id of an interface's one IP configuration. */
export const ipConfigurationId = (interfaceId: string, name: string): string =>
  `${interfaceId}/ipConfigurations/${name}`;
