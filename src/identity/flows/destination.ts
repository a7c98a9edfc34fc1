import { OAuthError } from "../oauth-error.ts";

/** RFC 8252 §7.3 and §8.3: whatever listens there is the user's own, on any port. */
const loopbackHosts: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
const scriptSchemes: ReadonlySet<string> = new Set(["javascript:", "data:", "vbscript:", "blob:", "file:", "about:"]);

/** Decides where answers may be sent. */
export class RedirectUris {
  readonly #registered: ReadonlySet<string>;

  /** @throws when a URI to be registered could never be redirected to. */
  constructor(registered: readonly string[]) {
    for (const uri of registered) {
      if (parseTarget(uri) === undefined) throw new Error(`The redirect URI '${uri}' cannot be registered.`);
    }
    this.#registered = new Set(registered);
  }

  /** The URL to send an answer to. */
  check(uri: string): URL {
    const url = parseTarget(uri);
    if (url === undefined || !(isLoopback(url) || this.#registered.has(uri))) {
      throw new OAuthError("unregisteredRedirect", uri);
    }
    return url;
  }

  /** Whether pages of an origin may read what the token endpoint answers: those that could be redirected to. */
  isClientOrigin(origin: string): boolean {
    const url = parseTarget(origin);
    if (url === undefined || url.origin !== origin) return false;
    return isLoopback(url) || [...this.#registered].some((uri) => new URL(uri).origin === origin);
  }
}

const isLoopback = (url: URL): boolean =>
  (url.protocol === "http:" || url.protocol === "https:") && loopbackHosts.has(url.hostname);

/** Whether an answer could ever be sent to a URI, and it can be registered therefore. */
export const isRedirectTarget = (uri: string): boolean => parseTarget(uri) !== undefined;

/** Only printable ASCII: what a browser would drop or turn around (tabs, line ends, backslashes) is no part of a URI. */
function parseTarget(uri: string): URL | undefined {
  const url = /^[!-~]+$/.test(uri) && !uri.includes("\\") ? URL.parse(uri) : null;
  if (url === null || uri.includes("#") || url.username !== "" || url.password !== "") return undefined;
  return scriptSchemes.has(url.protocol) ? undefined : url;
}

/**
 * The source expression that lets a page's form be answered with a redirect to a URL (CSP `form-action`). Its grammar has
 * no IPv6 addresses, and URLs of apps' own schemes have no origin: for those, the scheme has to do.
 */
export const formActionSource = (url: URL): string =>
  url.origin === "null" || url.hostname.startsWith("[") ? url.protocol : url.origin;
