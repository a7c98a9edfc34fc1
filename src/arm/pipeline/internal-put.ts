import { newUuid } from "../../kernel/ids.ts";
import type { JsonObject } from "../../kernel/json.ts";
import { parseArmPath } from "../resource-id.ts";
import type { ArmRequest, ArmResponse } from "../resource-type.ts";
import { beginExchange } from "./exchange.ts";
import type { Exchange, Gate, GateServices } from "./exchange.ts";
import { readScope } from "./find-scope.ts";
import { internalGates } from "./pipeline.ts";

/** A PUT that the server itself makes. */
export interface InternalPut {
  readonly id: string;
  readonly apiVersion: string;
  readonly body: JsonObject;
}

/** Who makes it, and as part of which request. */
export type InternalCaller = Pick<ArmRequest, "caller" | "origin" | "correlationId">;

/**
 * Takes a PUT through every gate that a request passes once its caller is known, and through the type's handler.
 * @throws ArmError as the request itself would be refused
 */
export const sendPut = async (put: InternalPut, caller: InternalCaller, services: GateServices): Promise<ArmResponse> =>
  passGates(await beginPut(put, caller, services), internalGates, services);

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
    requestId: newUuid(),
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

/** Takes an exchange through gates, of which the last one responds. */
export async function passGates(
  exchange: Exchange,
  gates: readonly Gate[],
  services: GateServices,
): Promise<ArmResponse> {
  for (const gate of gates) {
    const response = await gate(exchange, services);
    if (response !== undefined) return response;
  }
  throw new Error("The last gate did not respond.");
}
