import { networkResponse } from "../../arm/arm-response.ts";
import type { Dialect } from "../../arm/lifecycle.ts";
import type { ResourceType, TypeOperations } from "../../arm/resource-type.ts";
import { regionDisplayNames } from "../../kernel/regions.ts";
import { readAnswer, retryAfterSeconds, writeAnswer } from "./network-answer.ts";
import { refuseWhileBusy } from "./network-errors.ts";
import { networkNamespace } from "./network-services.ts";
import type { NetworkServices } from "./network-services.ts";

/** How Microsoft.Network answers; private DNS has a dialect of its own. */
export const networkDialect = (services: NetworkServices): Dialect => ({
  ...services,
  readResponse: readAnswer,
  listResponse: (list) => networkResponse(200, list),
  writeResponse: (request, written) => writeAnswer(services, request, written),
  deleteResponse(request, { operation }) {
    const status = operation === undefined ? 200 : 202;
    return writeAnswer(services, request, { status, operation, retryAfterSeconds: retryAfterSeconds.others });
  },
  async beforeWrite(_tx, request, resource, location) {
    refuseWhileBusy(request, resource, location);
  },
});

/** A type of Microsoft.Network, in any well-formed api-version: a first-level one is tracked, its children are not. */
export const networkType = (types: readonly string[], operations: TypeOperations): ResourceType => ({
  namespace: networkNamespace,
  types,
  apiVersions: "any",
  locations: regionDisplayNames,
  scope: "resourceGroup",
  tracked: types.length === 1,
  listed: true,
  operations,
});
