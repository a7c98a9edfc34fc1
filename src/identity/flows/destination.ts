import { OAuthError } from "../oauth-error.ts";
import { required, type Parameters } from "../parameters.ts";
import { html, type BrowserAnswer, type Page } from "../pages/html.ts";
import { checkClientId } from "./client.ts";

/** RFC 8252 §7.3 and §8.3: a program that listens there, on any port, is the user's own. */
const loopbackHosts: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
const scriptSchemes: ReadonlySet<string> = new Set(["javascript:", "data:", "vbscript:", "blob:", "file:", "about:"]);

/** Decides where answers may be sent. */
export class RedirectUris {
  readonly #registered: ReadonlySet<string>;

  /** @throws for a registered URI to which no answer can be sent. */
  constructor(registered: readonly string[]) {
    for (const uri of registered) {
      if (!isRedirectTarget(uri)) throw new Error(`The redirect URI '${uri}' cannot be registered.`);
    }
    this.#registered = new Set(registered);
  }

  /** The URL to send an answer to. @throws OAuthError for a URI that is neither a loopback address nor registered. */
  check(uri: string): URL {
    const url = parseTarget(uri);
    if (url === undefined || !(isLoopback(url) || this.#registered.has(uri))) {
      throw new OAuthError("unregisteredRedirect", uri);
    }
    return url;
  }

  /** Whether pages of an origin may read answers of the token endpoint: answers may also be redirected to them. */
  isClientOrigin(origin: string): boolean {
    const url = parseTarget(origin);
    if (url === undefined || url.origin !== origin) return false;
    return isLoopback(url) || [...this.#registered].some((uri) => new URL(uri).origin === origin);
  }
}

const isLoopback = (url: URL): boolean =>
  (url.protocol === "http:" || url.protocol === "https:") && loopbackHosts.has(url.hostname);

/** Whether an answer can be sent to a URI, so that it may be registered. */
export const isRedirectTarget = (uri: string): boolean => parseTarget(uri) !== undefined;

/** Only printable ASCII without backslashes: browsers drop tabs and line ends, and turn backslashes into slashes. */
function parseTarget(uri: string): URL | undefined {
  const url = /^[!-~]+$/.test(uri) && !uri.includes("\\") ? URL.parse(uri) : null;
  if (url === null || uri.includes("#") || url.username !== "" || url.password !== "") return undefined;
  return scriptSchemes.has(url.protocol) ? undefined : url;
}

/**
 * The source expression that lets a page's form be answered with a redirect to a URL (CSP `form-action`). Its grammar has
 * no IPv6 addresses, and URLs of apps' own schemes have no origin: for those it is the scheme.
 */
export const formActionSource = (url: URL): string =>
  url.origin === "null" || url.hostname.startsWith("[") ? url.protocol : url.origin;

const responseModes = ["query", "fragment", "form_post"] as const;
type ResponseMode = (typeof responseModes)[number];

/** Where the answer to an authorization request is sent, whether tokens or a refusal. */
export interface Destination {
  readonly clientId: string;
  /** As the client sent it; compared when the code is redeemed. */
  readonly redirectUri: string;
  readonly url: URL;
  readonly mode: ResponseMode;
  readonly state: string | undefined;
}

/** Reads the destination. A refusal is shown on a page and never redirected: the destination is not known to be good. */
export function readDestination(parameters: Parameters, redirectUris: RedirectUris): Destination {
  const clientId = checkClientId(parameters.get("client_id"));
  const redirectUri = required(parameters, "redirect_uri");
  const url = redirectUris.check(redirectUri);
  return { clientId, redirectUri, url, mode: responseMode(parameters), state: parameters.get("state") };
}

/** Refuses a response mode that is unknown or would put tokens into a query. */
export function checkResponseMode(parameters: Parameters): void {
  const asked = parameters.get("response_mode");
  if (asked !== undefined && asked !== responseMode(parameters)) throw new OAuthError("unsupportedResponseMode", asked);
}

/** The mode that the client asked for, unless it is unknown or would put tokens into a query; else the default. */
function responseMode(parameters: Parameters): ResponseMode {
  const givesTokens = parameters.get("response_type")?.includes("token") === true;
  const asked = responseModes.find((mode) => mode === parameters.get("response_mode"));
  const usual = givesTokens ? "fragment" : "query";
  return asked === undefined || (asked === "query" && givesTokens) ? usual : asked;
}

/** What a client receives, as names and values. */
export type Answer = readonly (readonly [name: string, value: string])[];

/** Sends an answer to the client in the response mode that it chose, with the state that it sent. */
export function answerClient(destination: Destination, answer: Answer): BrowserAnswer {
  const { url, mode, state } = destination;
  const values: Answer = state === undefined ? answer : [...answer, ["state", state]];
  if (mode === "form_post") return selfSubmittingForm(url, values);
  const target = new URL(url);
  if (mode === "fragment") target.hash = encode(values);
  else target.search = target.search === "" ? encode(values) : `${target.search}&${encode(values)}`;
  return { location: target.href };
}

/** Percent escapes only: not every client reads a plus sign as a blank. */
const encode = (values: Answer): string =>
  values.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");

/** OAuth 2.0 Form Post Response Mode: a form that a script submits, or a button where scripts do not run. */
function selfSubmittingForm(url: URL, values: Answer): Page {
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
