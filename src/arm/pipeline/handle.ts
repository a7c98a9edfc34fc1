import type { Caller } from "../caller.ts";
import { missingBody } from "../errors.ts";
import type { ArmOperation, ArmResponse } from "../resource-type.ts";
import type { Exchange, Gate } from "./exchange.ts";

/** Hands the request to the operation's handler. */
export const handle: Gate = (exchange) => {
  if (!isReady(exchange)) throw new Error("Handling needs a caller and an operation.");
  const { method, operation, path } = exchange;
  if (operation.body === "required" && exchange.body === undefined) throw missingBody();
  exchange.name = path.names.at(-1) ?? "";
  exchange.group = path.resourceGroup ?? "";
  exchange.subscriptionKey = path.subscriptionId?.toLowerCase() ?? "";
  const response = operation.handle(exchange);
  return method === "HEAD" ? response.then(withoutBody) : response;
};

const isReady = (
  exchange: Exchange,
): exchange is Exchange & { readonly caller: Caller; readonly operation: ArmOperation } =>
  exchange.caller !== undefined && exchange.operation !== undefined;

/** HEAD says only whether a resource exists: 204, where a GET returns 200 (recorded for resource groups). */
const withoutBody = ({ body: _body, text: _text, status, ...response }: ArmResponse): ArmResponse => ({
  ...response,
  status: status === 200 ? 204 : status,
});
