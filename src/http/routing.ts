import type { FastifyServerOptions } from "fastify";
import { refuseUnreadable } from "./refusals.ts";
import { originForm } from "../kernel/request-target.ts";

/** A path that is ARM's. */
const armPath = "/subscriptions";

/** How requests find their routes on any Fastify instance that ARM is on; paths match in any case. */
export const httpRouting = {
  routerOptions: { caseSensitive: false, maxParamLength: 4_096, ignoreDuplicateSlashes: true },
  clientErrorHandler: refuseUnreadable,
  // Each handler says itself that the server stops.
  return503OnClosing: false,
  // What cannot be decoded is ARM's to refuse, which reads the URL as it came; Fastify would do it in words of its own.
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
