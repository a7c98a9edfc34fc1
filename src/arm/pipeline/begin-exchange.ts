import { newUuid } from "../../kernel/ids.ts";
import { parseArmPath } from "../arm-path.ts";
import type { Exchange } from "./exchange.ts";
import { clientRequestIdOf, correlationIdOf } from "./set-common-headers.ts";

const emptyPath = parseArmPath("");

/** An exchange that no step has seen yet. */
export const beginExchange = (
  incoming: Pick<Exchange, "method" | "url" | "headers" | "readBody" | "startedAtMs">,
): Exchange => ({
  ...incoming,
  requestId: newUuid(),
  correlationId: correlationIdOf(incoming.headers) ?? newUuid(),
  clientRequestId: clientRequestIdOf(incoming.headers),
  origin: "",
  path: emptyPath,
  query: new URLSearchParams(),
  body: undefined,
  caller: undefined,
  type: undefined,
  operation: undefined,
  apiVersion: "",
  resourceId: "",
  found: new Map(),
  ancestors: [],
  responseHeaders: {},
});
