import type { FastifyInstance, FastifyRequest } from "fastify";
import { identityLimits } from "./limits.ts";
import { OAuthError } from "./oauth-error.ts";

/** The parameters of a query or form: each once, none empty (RFC 6749 §3.1: a parameter without a value counts as not sent). */
export type Parameters = ReadonlyMap<string, string>;

/** What a percent escape that is not UTF-8 decodes to. */
const replacementCharacter = "\uFFFD";

/**
 * Reads `application/x-www-form-urlencoded` text.
 * @throws OAuthError for a parameter that is repeated or not UTF-8: it could not be sent back unchanged.
 */
export function parseParameters(text: string): Parameters {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (parameters.has(name)) throw new OAuthError("repeatedParameter", name);
    if (value.includes(replacementCharacter)) {
      throw new OAuthError("badParameter", `the parameter '${name}' is not UTF-8`);
    }
    parameters.set(name, value);
  }
  for (const [name, value] of parameters) if (value === "") parameters.delete(name);
  return parameters;
}

/** The parameters in the query of a request's URL. */
export function queryParameters(url: string): Parameters {
  const queryAt = url.indexOf("?");
  return parseParameters(queryAt === -1 ? "" : url.slice(queryAt + 1));
}

/** The value of a parameter. @throws OAuthError where it is missing. */
export function required(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined) throw new OAuthError("missingParameter", name);
  return value;
}

/** Makes a scope accept forms, and no other bodies. */
export function readForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  const options = { parseAs: "string", bodyLimit: identityLimits.maxFormBytes } as const;
  scope.addContentTypeParser(
    "application/x-www-form-urlencoded",
    options,
    async (_request: FastifyRequest, body: string) => parseParameters(body),
  );
}

/** The form in a request's body; empty without a body. */
export const formOf = (request: FastifyRequest): Parameters =>
  request.body instanceof Map ? (request.body as Parameters) : new Map();
