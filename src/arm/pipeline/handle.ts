import { missingBody } from "../errors.ts";
import type { Step } from "./pipeline.ts";

/** Hands the request to the operation's handler. */
export const handle: Step = async (exchange) => {
  const { operation, caller } = exchange;
  if (operation === undefined || caller === undefined) throw new Error("Handling needs a caller and an operation.");
  if (operation.body === "required" && exchange.body === undefined) throw missingBody();
  return operation.handle({ ...exchange, operation, caller });
};
