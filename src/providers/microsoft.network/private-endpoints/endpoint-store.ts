import { findResource } from "../../../store/resources.ts";
import type { StoredResource } from "../../../store/resources.ts";
import type { Queryable } from "../../../store/store.ts";
import { endpointTypeKey } from "./endpoint-document.ts";
import type { EndpointDocument } from "./endpoint-document.ts";

export type StoredEndpoint = StoredResource<EndpointDocument>;

/** The private endpoint with this id, in any case. */
export async function findEndpoint(from: Queryable, id: string): Promise<StoredEndpoint | undefined> {
  const found = await findResource<EndpointDocument>(from, id);
  return found?.typeKey === endpointTypeKey ? found : undefined;
}
