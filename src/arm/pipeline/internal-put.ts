import type { JsonObject } from "../../kernel/json.ts";
import { parseArmPath } from "../resource-id.ts";
import type { ArmRequest, ArmResponse } from "../resource-type.ts";
import { beginExchange, type Exchange, type GateServices } from "./exchange.ts";
import { readScope } from "./find-scope.ts";
import { internalGates, runSteps } from "./pipeline.ts";

/** A PUT that the server itself sends. */
export interface InternalPut {
  readonly id: string;
  readonly apiVersion: string;
  readonly body: JsonObject;
}

/** Its sender, and the request that it is part of. */
export type InternalCaller = Pick<ArmRequest, "caller" | "origin" | "correlationId">;

/**
 * Takes a PUT through every gate that a request passes once its caller is known, and through the type's handler.
 * @throws ArmError as the request itself would be refused
 */
export const sendPut = async (put: InternalPut, caller: InternalCaller, services: GateServices): Promise<ArmResponse> =>
  runSteps(await beginPut(put, caller, services), internalGates, services);

/** The exchange of a PUT whose caller is known and whose body is read, before the first gate. */
export async function beginPut(
  { id, apiVersion, body }: InternalPut,
  { caller, origin, correlationId }: InternalCaller,
  services: GateServices,
): Promise<Exchange> {
  const content = Buffer.from(JSON.stringify(body));
  const exchange: Exchange = {
    ...beginExchange({
      method: "PUT",
      url: id,
      headers: { "content-type": "application/json" },
      readBody: async () => content,
      startedAtMs: services.clock.nowMs(),
    }),
    correlationId,
    caller,
    origin,
    body,
    path: parseArmPath(id),
    query: new URLSearchParams({ "api-version": apiVersion }),
  };
  await readScope(exchange, services);
  return exchange;
}
