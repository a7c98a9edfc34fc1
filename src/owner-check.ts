import type { FastifyRequest } from "fastify";
import type { Authority } from "./identity/authority.ts";
import { originOf } from "./identity/request-origin.ts";

/** Tells whether a request carries the token of somebody who may do everything. */
export const ownerCheck =
  (authority: Authority) =>
  async (request: FastifyRequest): Promise<boolean> => {
    const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (token === undefined) return false;
    const verdict = await authority.verifyAccessToken(token, originOf(request));
    return verdict.ok && verdict.caller.access === "Owner";
  };

/** What everybody else is told. */
export const onlyForOwners = {
  error: "This takes an access token for Azure Resource Manager of somebody who may do everything.",
};
