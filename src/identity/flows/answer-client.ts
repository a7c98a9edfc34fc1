import { html } from "../pages/html.ts";
import type { BrowserAnswer, Page } from "../pages/html.ts";
import { formActionSource } from "./destination.ts";
import type { Destination } from "./authorize-request.ts";

/** What a client is told, as names and values. */
export type Answer = readonly (readonly [name: string, value: string])[];

/** Brings an answer to the client in the response mode that it chose, with the state that it sent. */
export function answerClient(destination: Destination, answer: Answer): BrowserAnswer {
  const { url, mode, state } = destination;
  const values: Answer = state === undefined ? answer : [...answer, ["state", state]];
  if (mode === "form_post") return selfSendingForm(url, values);
  const target = new URL(url);
  if (mode === "fragment") target.hash = encode(values);
  else target.search = target.search === "" ? encode(values) : `${target.search}&${encode(values)}`;
  return { location: target.href };
}

/** Percent escapes only: not every client takes a plus for a blank. */
const encode = (values: Answer): string =>
  values.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");

/** OAuth 2.0 Form Post Response Mode: a form that sends itself, or by a button where scripts do not run. */
function selfSendingForm(url: URL, values: Answer): Page {
  const fields = values.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`);
  return {
    status: 200,
    title: "Returning to the application",
    body: html`<form method="post" action="${url.href}">
      ${fields}
      <noscript><button type="submit">Continue to the application</button></noscript>
    </form>`,
    formAction: [formActionSource(url)],
    script: "document.forms[0].submit()",
  };
}
