import type { FastifyInstance } from "fastify";
import type { UnservedBook } from "../arm/unserved.ts";
import type { Authority } from "../identity/authority.ts";
import { ownersOnly } from "./owner-check.ts";

/** What `cuprite unserved` asks of a running server: what clients asked for that Cuprite does not have. */
export function registerUnserved(
  app: FastifyInstance,
  { unserved, authority }: { unserved: UnservedBook; authority: Authority },
): void {
  app.get("/cuprite/unserved", ownersOnly(authority), async () => unserved.report());
}
