import type { ArmPath } from "../resource-id.ts";
import type { ArmRequest, ArmResponse } from "../resource-type.ts";
import { missingBody } from "../errors.ts";
import type { Gate } from "./exchange.ts";

/** Hands the request to the operation's handler. */
export const handle: Gate = async (exchange) => {
  const { method, operation, caller } = exchange;
  if (operation === undefined || caller === undefined) throw new Error("Handling needs a caller and an operation.");
  if (operation.body === "required" && exchange.body === undefined) throw missingBody();
  const response = await operation.handle({ ...exchange, ...namesIn(exchange.path), operation, caller });
  return method === "HEAD" ? withoutBody(response) : response;
};

/** The names in a path, for handlers. */
export const namesIn = ({
  names,
  resourceGroup,
  subscriptionId,
}: ArmPath): Pick<ArmRequest, "name" | "group" | "subscriptionKey"> => ({
  name: names.at(-1) ?? "",
  group: resourceGroup ?? "",
  subscriptionKey: subscriptionId?.toLowerCase() ?? "",
});

/** HEAD says only whether a resource exists: 204, where a GET returns 200 (recorded for resource groups). */
const withoutBody = ({ body: _body, text: _text, status, ...response }: ArmResponse): ArmResponse => ({
  ...response,
  status: status === 200 ? 204 : status,
});
