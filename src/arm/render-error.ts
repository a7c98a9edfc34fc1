import type { ArmError } from "./arm-error.ts";
import type { ArmResponse } from "./arm-response.ts";

/**
 * An error as its speaker writes it: ARM names itself in a header, Microsoft.Network always has `details`, another
 * provider always has a `target`.
 */
export function renderError(error: ArmError): ArmResponse {
  const { status, code, message, target, details, speaker } = error;
  const optional = details === undefined ? {} : { details };
  if (speaker === "provider") {
    const body = { error: { code, message, target: target ?? null, ...optional } };
    return { status, body, speaker, headers: error.headers };
  }
  if (speaker === "network") {
    return { status, body: { error: { code, message, details: details ?? [] } }, speaker, headers: error.headers };
  }
  const body = { error: { code, message, ...(target === undefined ? {} : { target }), ...optional } };
  return { status, body, speaker, headers: { "x-ms-failure-cause": "gateway", ...error.headers } };
}
