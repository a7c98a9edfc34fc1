import { randomBytes } from "node:crypto";
import type { FastifyReply } from "fastify";

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

/** Text for anywhere in an element or a quoted attribute. */
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

/** A page of the authority's. */
export interface Page {
  readonly status: number;
  readonly title: string;
  readonly body: Html;
  /** Where its forms may lead, redirects included, as CSP sources. */
  readonly formAction: readonly string[];
  /** JavaScript of ours to run when the page is there. */
  readonly script?: string;
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

/** What a browser is answered: a page, or where to go instead. */
export type BrowserAnswer = Page | { readonly location: string };

/** Sends an answer to a browser. */
export const sendToBrowser = (reply: FastifyReply, answer: BrowserAnswer): FastifyReply =>
  "location" in answer ? reply.redirect(answer.location, 302) : sendPage(reply, answer);

/** Sends a page that may run nothing but what it brings, load nothing, and be framed by nobody. */
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
      // Only the origin: the query holds state and nonce. With no referrer at all, forms would name no origin either.
      "referrer-policy": "strict-origin",
    })
    .send(layout(page, nonce).text);
}

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
