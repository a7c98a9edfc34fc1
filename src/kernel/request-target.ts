/** Path and query of a request target that may be a whole URL, as proxies are sent it (RFC 9112 §3.2.2). */
export function originForm(target: string): string {
  if (target.startsWith("/")) return target;
  const rest = target.replace(/^https?:\/\/[^/?]*/i, "");
  return rest === "" || rest.startsWith("?") ? `/${rest}` : rest;
}

/** The path of a request target. What follows it may hold a secret, so this is what may stand in a log. */
export const pathOfTarget = (target: string): string => originForm(target).split("?", 1)[0] ?? "";
