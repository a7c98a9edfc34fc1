import type { ArmResponse } from "../arm-response.ts";
import { missingBody } from "../errors.ts";
import type { Gate } from "./pipeline.ts";

/** Hands the request to the operation's handler. */
export const handle: Gate = async (exchange) => {
  const { method, operation, caller } = exchange;
  if (operation === undefined || caller === undefined) throw new Error("Handling needs a caller and an operation.");
  if (operation.body === "required" && exchange.body === undefined) throw missingBody();
  const response = await operation.handle({ ...exchange, operation, caller });
  return method === "HEAD" ? withoutBody(response) : response;
};

/** HEAD tells only whether a resource is there: 204, where a GET answers 200 (recorded for resource groups). */
const withoutBody = ({ body: _body, status, ...response }: ArmResponse): ArmResponse => ({
  ...response,
  status: status === 200 ? 204 : status,
});
