import type { FastifyReply, FastifyRequest } from "fastify";
import type { Authority } from "../identity/authority.ts";

/** For routes that take the token of somebody who may do everything; everybody else is told so, before a body is read. */
export function ownersOnly(authority: Authority) {
  const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
    (await isOwner(authority, request)) ? undefined : reply.code(403).send(onlyForOwners);
  return { onRequest };
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
