import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { UnservedBook } from "../arm/unserved.ts";
import type { Authority } from "../identity/authority.ts";
import { registerDataPlane, type DataPlaneView, type DnsView } from "./data-plane-routes.ts";
import { registerHealth, type Health } from "./health.ts";
import { registerPrincipals, type AssignedRoles } from "./principal-routes.ts";

/** What the management routes read and change. */
export interface ManagementServices {
  readonly health: Health;
  readonly authority: Authority;
  readonly access: AssignedRoles;
  readonly unserved: UnservedBook;
  /** Undefined with `--no-data-plane`. */
  readonly dataPlane: DataPlaneView | undefined;
  readonly dns: DnsView;
}

/** Puts the server's own routes on a Fastify instance: health for everybody, and `/cuprite/` for owners. */
export async function registerManagement(app: FastifyInstance, services: ManagementServices): Promise<void> {
  const { health, authority, access, unserved, dataPlane, dns } = services;
  registerHealth(app, health);
  await app.register(
    async (owners) => {
      owners.addHook("onRequest", refuseOthers(authority));
      registerPrincipals(owners, { authority, access });
      registerDataPlane(owners, { dataPlane, dns });
      owners.get("/unserved", async () => unserved.report());
    },
    { prefix: "/cuprite" },
  );
}

/** Lets the tokens of owners pass. Refuses all others before a body is read. */
function refuseOthers(authority: Authority) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
    (await isOwner(authority, request)) ? undefined : reply.code(403).send(onlyForOwners);
}

async function isOwner(authority: Authority, request: FastifyRequest): Promise<boolean> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) return false;
  const verdict = await authority.verifyAccessToken(token);
  return verdict.ok && verdict.caller.access === "Owner";
}

const onlyForOwners = {
  error: "This takes an access token for Azure Resource Manager of somebody who may do everything.",
};
