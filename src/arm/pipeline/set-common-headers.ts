import { mayBeBrowser } from "../../kernel/http-request.ts";
import type { Step } from "./exchange.ts";

/** The region that a local ARM says it answers from. */
const armRegion = "LOCAL";

const constantHeaders = {
  "cache-control": "no-cache",
  pragma: "no-cache",
  expires: "-1",
  "x-content-type-options": "nosniff",
} as const;

/** Ids and headers that every answer carries (set recorded June 2026). */
export const setCommonHeaders: Step = (exchange) => {
  const { responseHeaders, requestId, correlationId, headers } = exchange;
  Object.assign(responseHeaders, constantHeaders);
  // A browser would remember it for the whole host, every port of it: for `localhost` that locks a developer out of
  // their own plain-http servers.
  if (!mayBeBrowser(headers)) responseHeaders["strict-transport-security"] = "max-age=31536000; includeSubDomains";
  responseHeaders["x-ms-request-id"] = requestId;
  responseHeaders["x-ms-correlation-request-id"] = correlationId;
  responseHeaders["x-ms-routing-request-id"] = `${armRegion}:${compactStamp(exchange.startedAtMs)}:${correlationId}`;
  const clientRequestId = headers["x-ms-client-request-id"];
  const echo = headers["x-ms-return-client-request-id"];
  if (typeof clientRequestId === "string" && typeof echo === "string" && echo.toLowerCase() === "true") {
    responseHeaders["x-ms-client-request-id"] = clientRequestId;
  }
  return undefined;
};

let stamped = { second: -1, stamp: "" };

/** `20260623T103249Z`; requests of one second share it. */
function compactStamp(atMs: number): string {
  const second = Math.floor(atMs / 1_000);
  if (second !== stamped.second) {
    const iso = new Date(second * 1_000).toISOString();
    stamped = { second, stamp: `${iso.slice(0, 19).replaceAll(/[-:]/g, "")}Z` };
  }
  return stamped.stamp;
}
