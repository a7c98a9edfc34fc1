import { originForm } from "../../kernel/http-request.ts";
import { parseArmPath } from "../arm-path.ts";
import { invalidRequestUri } from "../errors.ts";
import type { Step } from "./exchange.ts";

const hostPattern = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?$/;

/** Reads path, query and the origin that the client addressed. */
export const readPath: Step = (exchange) => {
  const host = exchange.headers.host ?? "";
  if (!hostPattern.test(host)) {
    throw invalidRequestUri(`The Host header '${host}' is not a host name with an optional port.`);
  }
  exchange.origin = `https://${host}`;
  const target = originForm(exchange.url);
  const queryAt = target.indexOf("?");
  exchange.path = parseArmPath(queryAt === -1 ? target : target.slice(0, queryAt));
  exchange.query = lowerCaseNames(queryAt === -1 ? "" : target.slice(queryAt + 1));
  return undefined;
};

/** Query parameters match in any case: `Api-Version`, `$SkipToken`. */
function lowerCaseNames(query: string): URLSearchParams {
  const given = new URLSearchParams(query);
  if (query === query.toLowerCase()) return given;
  const folded = new URLSearchParams();
  for (const [name, value] of given) folded.append(name.toLowerCase(), value);
  return folded;
}
