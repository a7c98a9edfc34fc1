import { randomBytes } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Clock } from "../../kernel/clock.ts";
import { originOf, traceOf } from "../endpoint.ts";
import { OAuthError } from "../oauth-error.ts";
import { formOf, type Parameters } from "../parameters.ts";

/** Text that is HTML already; only `html` makes it. */
class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type HtmlValue = string | Html | readonly Html[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  // Parsers turn a bare carriage return into a line feed.
  "\r": "&#13;",
  "\n": "&#10;",
};

/** Escapes text for an element or a quoted attribute. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"'\r\n]/g, (found) => entities[found] ?? "");

/** Builds HTML in which every value is escaped, unless `html` built it. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const texts = values.map((value, index) => `${render(value)}${parts[index + 1] ?? ""}`);
  return new Html(`${parts[0] ?? ""}${texts.join("")}`);
}

function render(value: HtmlValue): string {
  if (typeof value === "string") return escapeHtml(value);
  return value instanceof Html ? value.text : value.map((item) => item.text).join("");
}

/** A page of the authority. */
export interface Page {
  readonly status: number;
  readonly title: string;
  readonly body: Html;
  /** Where its forms may be sent, redirects included, as CSP sources. */
  readonly formAction: readonly string[];
  /** JavaScript of ours that runs when the page is loaded. */
  readonly script?: string;
}

/** The answer to a browser: a page, or a redirect. */
export type BrowserAnswer = Page | { readonly location: string };

/** Makes a route's handler; an OAuthError is shown to the person on a page. */
export const browserHandler =
  (clock: Clock, answer: (request: FastifyRequest) => Promise<BrowserAnswer>) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const answered = await answer(request).catch((cause: unknown) => {
      if (!(cause instanceof OAuthError)) throw cause;
      return errorPage(cause, traceOf(request, clock).correlationId);
    });
    return "location" in answered ? reply.redirect(answered.location, 302) : sendPage(reply, answered);
  };

const errorPage = (refusal: OAuthError, correlationId: string): Page => ({
  status: refusal.status,
  title: "Sign-in did not work",
  body: html`<p>${refusal.message}</p>
    <p><small>${refusal.error}, correlation id ${correlationId}</small></p>`,
  formAction: [],
});

/** The form of one of our own pages: browsers send the origin of the page that a form was on. */
export function formOfOurPage(request: FastifyRequest): Parameters {
  const { origin } = request.headers;
  if (origin !== undefined && origin !== originOf(request)) throw new OAuthError("foreignPost");
  return formOf(request);
}

/** Sends a page that runs only its own script and style, loads nothing, and cannot be framed. */
function sendPage(reply: FastifyReply, page: Page): FastifyReply {
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    ...(page.script === undefined ? [] : [`script-src 'nonce-${nonce}'`]),
    `form-action ${page.formAction.length === 0 ? "'none'" : page.formAction.join(" ")}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return reply
    .code(page.status)
    .headers({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy.join("; "),
      "x-frame-options": "DENY",
      // Only the origin: the query holds state and nonce. Without a referrer, forms would send no origin either.
      "referrer-policy": "strict-origin",
    })
    .send(layout(page, nonce).text);
}

const style = `
body {
  font: 1rem/1.5 system-ui, sans-serif;
  max-width: 30rem;
  margin: 4rem auto;
  padding: 0 1rem;
  color: #1f1a17;
  overflow-wrap: anywhere;
}
h1 { font-size: 1.4rem; color: #9c2f1f; }
fieldset { border: 1px solid #c9bdb5; border-radius: .5rem; padding: 1rem; }
fieldset p { margin: .35rem 0; }
input[type=text], input[type=password] { font: inherit; padding: .3rem; letter-spacing: .1em; }
button { font: inherit; padding: .4rem 1.2rem; margin: 1rem .5rem 0 0; }
small { color: #6b5f58; }
`;

function layout(page: Page, nonce: string): Html {
  const script =
    page.script === undefined
      ? html``
      : html`<script nonce="${nonce}">
          ${new Html(page.script)};
        </script>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title} – Cuprite</title>
        <style nonce="${nonce}">
          ${new Html(style)}
        </style>
      </head>
      <body>
        <main>
          <h1>${page.title}</h1>
          ${page.body}
        </main>
        ${script}
      </body>
    </html> `;
}
