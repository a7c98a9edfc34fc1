import type { FastifyReply, FastifyRequest } from "fastify";
import type { Authority } from "../authority.ts";
import { traceOf } from "../endpoint.ts";
import { html, sendToBrowser } from "./html.ts";
import type { BrowserAnswer, Page } from "./html.ts";
import { OAuthError } from "../oauth-error.ts";
import type { Trace } from "../oauth-error.ts";

/** One thing that a person's browser asks of the authority. */
export type BrowserStep = (authority: Authority, request: FastifyRequest) => Promise<BrowserAnswer>;

/** Makes a route's handler of a step; what the step refuses is told to the person, on a page. */
export const browserHandler =
  (authority: Authority, step: BrowserStep) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
    sendToBrowser(reply, await answerOf(authority, step, request));

async function answerOf(authority: Authority, step: BrowserStep, request: FastifyRequest): Promise<BrowserAnswer> {
  try {
    return await step(authority, request);
  } catch (cause) {
    if (!(cause instanceof OAuthError)) throw cause;
    return errorPage(cause, traceOf(request, authority.clock));
  }
}

const errorPage = (refusal: OAuthError, trace: Trace): Page => ({
  status: refusal.status,
  title: "Sign-in did not work",
  body: html`<p>${refusal.message}</p>
    <p><small>${refusal.error}, correlation id ${trace.correlationId}</small></p>`,
  formAction: [],
});
