import type { FastifyInstance, FastifyRequest } from "fastify";
import { identityLimits } from "./limits.ts";
import { parseParameters } from "./parameters.ts";
import type { Parameters } from "./parameters.ts";
import { originOf } from "./request-origin.ts";
import { OAuthError } from "./oauth-error.ts";

/** Lets a scope read forms, and nothing else. */
export function readForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  const options = { parseAs: "string", bodyLimit: identityLimits.maxFormBytes } as const;
  scope.addContentTypeParser(
    "application/x-www-form-urlencoded",
    options,
    async (_request: FastifyRequest, body: string) => parseParameters(body),
  );
}

/** The form that a request brought; empty when it brought no body. */
export const formOf = (request: FastifyRequest): Parameters =>
  request.body instanceof Map ? (request.body as Parameters) : new Map();

/** The form of one of our own pages: browsers say which site a form was on. */
export function formOfOurPage(request: FastifyRequest): Parameters {
  const { origin } = request.headers;
  if (origin !== undefined && origin !== originOf(request)) throw new OAuthError("foreignPost");
  return formOf(request);
}
