import { errorStatuses } from "../../src/arm/arm-error.ts";
import { isJsonObject } from "../../src/kernel/json.ts";

/**
 * The fault of a response; undefined if it has none. It must be no server error, except that something is not implemented,
 * and a refusal has to say why in ARM's form.
 */
export function faultOf({ status, text }: { readonly status: number; readonly text: string }): string | undefined {
  if (status < 200 || (status >= 500 && status !== 501)) return `Status ${status}: ${text}`;
  if (status < 400) return undefined;
  return isEnvelope(parsed(text), status) ? undefined : `Not ARM's form of an error with status ${status}: ${text}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isEnvelope(body: unknown, status: number): boolean {
  if (!isJsonObject(body) || Object.keys(body).join(",") !== "error" || !isFault(body["error"])) return false;
  const { code, details = [] } = body["error"] as { code: string; details?: unknown };
  const known: Readonly<Record<string, number>> = errorStatuses;
  return Object.hasOwn(known, code) && known[code] === status && Array.isArray(details) && details.every(isFault);
}

function isFault(fault: unknown): boolean {
  if (!isJsonObject(fault)) return false;
  const { code, message, target } = fault;
  const isTarget = target === undefined || target === null || typeof target === "string";
  return typeof code === "string" && typeof message === "string" && message !== "" && isTarget;
}
