/** What Azure Resource Manager is called in tokens, wherever it runs. */
const resourceManagers: ReadonlySet<string> = new Set([
  "https://management.azure.com",
  "https://management.azure.com/",
  "https://management.core.windows.net",
  "https://management.core.windows.net/",
]);

/**
 * Whether tokens for an audience open Redis: it is called by its URI or by its application id (documented:
 * learn.microsoft.com/azure/redis/entra-for-authentication). A token of Azure's first version names the audience as its
 * client did, so that both are met with, and each with a slash at its end.
 */
export const isRedisAudience = (audience: string): boolean => redisPattern.test(audience);

const redisPattern = /^(?:https:\/\/redis\.azure\.com|acca5fbb-b7e4-4009-81f1-37e38fd66d78)\/?$/i;

const loopbackPattern = /^(?:localhost|(?:[a-z\d-]+\.)+localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Whether a host name, as URL writes it, can only be this machine (RFC 6761 §6.3). */
export const isLoopbackHost = (hostname: string): boolean => loopbackPattern.test(hostname);

/** Under which addresses this server is itself: what a request says of it in its Host header is the sender's to choose. */
export interface OwnAddresses {
  /** Host names and addresses, without port, beside the loopback ones. */
  readonly hosts: readonly string[];
  /** Whole origins at which others lead to this server: `https://devbox:9443`. */
  readonly origins: readonly string[];
  /** The port that is listened on; undefined before. */
  readonly port: () => number | undefined;
}

/** What may be asked of a server's own addresses; nothing of it depends on a request. */
export interface AddressCheck {
  /** Whether this text, of a token or a header, is an origin of this very server, port included. */
  readonly isOwnOrigin: (text: string) => boolean;
  /** Whether a token for this audience is meant for us. */
  readonly isForUs: (audience: string) => boolean;
  /** Whether an origin has a name of ours, on whatever port: ports are forwarded, so that clients know us by others. */
  readonly hasOwnName: (origin: string) => boolean;
}

/** Makes the checks for a server's own addresses. */
export function addressCheck({ hosts, origins, port }: OwnAddresses): AddressCheck {
  const named: ReadonlySet<string> = new Set(hosts.map((host) => host.toLowerCase()));
  const known: ReadonlySet<string> = new Set(origins.map((origin) => new URL(origin).origin));
  const isOwnHost = (hostname: string): boolean => isLoopbackHost(hostname) || named.has(hostname);
  const isOwnOrigin = (text: string): boolean => {
    const url = URL.parse(text);
    if (url === null || !isOrigin(url)) return false;
    return known.has(url.origin) || (isOwnHost(url.hostname) && Number(url.port || httpsPort) === port());
  };
  return {
    isOwnOrigin,
    isForUs: (audience) => resourceManagers.has(audience) || isOwnOrigin(audience),
    hasOwnName: (origin) => known.has(origin) || isOwnHost(URL.parse(origin)?.hostname ?? ""),
  };
}

const httpsPort = 443;

/** What Microsoft Graph is called in tokens: by its address or by its application id. */
const graphPattern = /^(?:https:\/\/graph\.microsoft\.com|00000003-0000-0000-c000-000000000000)\/?$/i;

/** Makes the check that a token is for Microsoft Graph here, given the check that it is for us: Resource Manager's are not. */
export const graphAudienceCheck =
  (isForUs: (audience: string) => boolean) =>
  (audience: string): boolean =>
    graphPattern.test(audience) || (!resourceManagers.has(audience) && isForUs(audience));

/** Whether a URL is an https origin and no more. */
export const isOrigin = (url: URL): boolean => url.protocol === "https:" && url.href === `${url.origin}/`;
