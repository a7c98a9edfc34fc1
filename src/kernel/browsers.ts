import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a request may be a browser's, by any mark that one of them leaves: fetch metadata (which old ones, and all on
 * origins that they do not trust, leave out), an origin, a wish for a page, and the word that every browser's name begins
 * with. A library that takes on such a mark is taken for a browser too.
 */
export function mayBeBrowser(headers: IncomingHttpHeaders): boolean {
  const { origin, accept, "user-agent": name } = headers;
  if (headers["sec-fetch-site"] !== undefined || headers["sec-fetch-mode"] !== undefined) return true;
  if (headers["upgrade-insecure-requests"] !== undefined || headers["sec-ch-ua"] !== undefined) return true;
  if (origin !== undefined || headers.cookie !== undefined) return true;
  return accept?.includes("text/html") === true || name?.includes("Mozilla/") === true;
}
