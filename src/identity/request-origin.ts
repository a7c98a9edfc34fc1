import type { FastifyRequest } from "fastify";
import { OAuthError } from "./oauth-error.ts";

const hostPattern = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** Whether text is a host name or address with an optional port, and nothing that could change a URL's meaning. */
export const isPlainHost = (text: string): boolean => hostPattern.test(text) && URL.canParse(`https://${text}/`);

/** The HTTPS origin that the client addressed, in lower case and without the default port. */
export function originOf(request: FastifyRequest): string {
  if (!isPlainHost(request.host)) {
    throw new OAuthError("badParameter", "the Host header is not a host name with an optional port");
  }
  return new URL(`https://${request.host}/`).origin;
}
