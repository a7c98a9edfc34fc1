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

/**
 * Makes the check that a token is meant for us. The Host header is the sender's to choose, so an origin counts as ours
 * only under a name of our own; otherwise `Host: redis.azure.com` would make a Redis token open Resource Manager.
 */
export function audienceCheck(ownHosts: readonly string[]): (audience: string, origin: string) => boolean {
  const own: ReadonlySet<string> = new Set(ownHosts.map((host) => host.toLowerCase()));
  const isOwn = (url: URL): boolean => isLoopbackHost(url.hostname) || own.has(url.hostname);
  return (audience, origin) => {
    if (resourceManagers.has(audience)) return true;
    const asked = URL.parse(audience);
    const served = URL.parse(origin);
    if (asked === null || served === null || !isOrigin(asked)) return false;
    return isOwn(asked) && isOwn(served) && asked.port === served.port;
  };
}

/** What Microsoft Graph is called in tokens: by its address or by its application id. */
const graphPattern = /^(?:https:\/\/graph\.microsoft\.com|00000003-0000-0000-c000-000000000000)\/?$/i;

/** Makes the check that a token is for Microsoft Graph here, given the check that it is for us: Resource Manager's are not. */
export const graphAudienceCheck =
  (isForUs: (audience: string, origin: string) => boolean) =>
  (audience: string, origin: string): boolean =>
    graphPattern.test(audience) || (!resourceManagers.has(audience) && isForUs(audience, origin));

const isOrigin = (url: URL): boolean => url.protocol === "https:" && url.href === `${url.origin}/`;
