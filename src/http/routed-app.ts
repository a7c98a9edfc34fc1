import { fastify, type FastifyInstance, type FastifyServerOptions } from "fastify";
import { discardUnreadBodies, originForm } from "../kernel/http-request.ts";
import { refuseUnreadable } from "./refusals.ts";

/** The largest body outside Resource Manager: forms, and requests of commands. */
const maxBodyBytes = 64 * 1024;

/** The Fastify instance for everything on the origin. */
export function createRoutedApp(): FastifyInstance {
  const app = fastify({
    bodyLimit: maxBodyBytes,
    // The handlers log requests, without the secrets in their URLs.
    logger: false,
    ...httpRouting,
  });
  discardUnreadBodies(app, maxBodyBytes);
  return app;
}

/** A path that is ARM's. */
const armPath = "/subscriptions";

/** The options of any Fastify instance that ARM is on. Paths match in any case. */
export const httpRouting = {
  routerOptions: { caseSensitive: false, maxParamLength: 4_096, ignoreDuplicateSlashes: true },
  clientErrorHandler: refuseUnreadable,
  // Each handler itself responds 503 while the server stops.
  return503OnClosing: false,
  // ARM refuses a URL that cannot be decoded; Fastify would refuse it with text of its own.
  rewriteUrl: ({ url = "/" }) => (isDecodable(url) ? originForm(url) : armPath),
} as const satisfies FastifyServerOptions;

function isDecodable(url: string): boolean {
  if (!url.includes("%")) return true;
  try {
    decodeURI(url.split("?", 1)[0] ?? "");
    return true;
  } catch {
    return false;
  }
}
