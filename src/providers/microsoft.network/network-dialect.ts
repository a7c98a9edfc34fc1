import { networkResponse } from "../../arm/arm-response.ts";
import type { Dialect } from "../../arm/lifecycle.ts";
import { deletionAnswer, readAnswer, writeAnswer } from "./network-answer.ts";
import { refuseWhileBusy } from "./network-errors.ts";
import type { NetworkServices } from "./network-services.ts";

/** How Microsoft.Network answers; private DNS has a dialect of its own. */
export const networkDialect = (services: NetworkServices): Dialect => ({
  ...services,
  readResponse: readAnswer,
  listResponse: (list) => networkResponse(200, list),
  writeResponse: (request, written) => writeAnswer(services, request, written),
  deleteResponse: (request, { operation }) => deletionAnswer(services, request, operation),
  async beforeWrite(_tx, request, resource, location) {
    refuseWhileBusy(request, resource, location);
  },
});
