/** The audiences of Azure Resource Manager in the public cloud. */
const resourceManagers: ReadonlySet<string> = new Set([
  "https://management.azure.com",
  "https://management.azure.com/",
  "https://management.core.windows.net",
  "https://management.core.windows.net/",
]);

/**
 * Whether a token for this audience is accepted by Redis. The audience is the URI or the application id (documented:
 * learn.microsoft.com/azure/redis/entra-for-authentication). Version 1 tokens repeat what the client asked for, so both
 * occur, each with or without a slash at the end.
 */
export const isRedisAudience = (audience: string): boolean => redisPattern.test(audience);

const redisPattern = /^(?:https:\/\/redis\.azure\.com|acca5fbb-b7e4-4009-81f1-37e38fd66d78)\/?$/i;

/** The audience of Microsoft Graph: its address or its application id. */
const graphPattern = /^(?:https:\/\/graph\.microsoft\.com|00000003-0000-0000-c000-000000000000)\/?$/i;

const loopbackPattern = /^(?:localhost|(?:[a-z\d-]+\.)+localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Whether a host name, as URL spells it, always means this machine (RFC 6761 §6.3). */
export const isLoopbackHost = (hostname: string): boolean => loopbackPattern.test(hostname);

/** The addresses of this server. They are configured, because a client chooses what it sends as the Host header. */
export interface OwnAddresses {
  /** Host names and addresses, without port, besides the loopback ones. */
  readonly hosts: readonly string[];
  /** Whole origins under which others reach this server: `https://devbox:9443`. */
  readonly origins: readonly string[];
  /** The port that the server listens on; undefined before it does. */
  readonly port: () => number | undefined;
}

/** Checks against a server's own addresses; none depends on a request. */
export interface AddressCheck {
  /** Whether this text, of a token or a header, is an origin of this server, port included. */
  readonly isOwnOrigin: (text: string) => boolean;
  /** Whether a token for this audience is for this server's Resource Manager. */
  readonly isForUs: (audience: string) => boolean;
  /** Whether the host of an origin is one of ours, on any port: ports are forwarded, so clients may use others. */
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

/** Makes the check that a token is for this server's Microsoft Graph: as `isForUs`, without Resource Manager's audiences. */
export const graphAudienceCheck =
  (isForUs: AddressCheck["isForUs"]) =>
  (audience: string): boolean =>
    graphPattern.test(audience) || (!resourceManagers.has(audience) && isForUs(audience));

/** Whether a URL is an https origin without a path, query or fragment. */
export const isOrigin = (url: URL): boolean => url.protocol === "https:" && url.href === `${url.origin}/`;
