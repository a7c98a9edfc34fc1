import { expect } from "vitest";
import type { EndpointWish, NetworkServer } from "./network-server.ts";

/** The status and body of a refusal. */
export const refused = (code: string, message: string, details: object[] = []) => ({
  status: 400,
  body: { error: { code, message, details } },
});

/** A refusal of a body that Microsoft.Network cannot take. */
export const unparsable = (...details: object[]) =>
  refused("InvalidRequestFormat", "Cannot parse the request.", details);

/**
 * Sends a PUT that is refused, and makes sure that it left nothing on either side, and that its headers are those of
 * the one that refuses: Microsoft.Network, whose errors have details, or Resource Manager.
 */
export async function refusal(server: NetworkServer, wish: EndpointWish) {
  const before = await everything(server);
  const answer = await server.putEndpoint(wish);
  expect(await everything(server)).toEqual(before);
  const { error } = answer.body as { error: object };
  const form = [answer.headers["x-ms-failure-cause"], answer.headers["x-ms-operation-identifier"] !== undefined];
  expect(form).toEqual("details" in error ? [undefined, true] : ["gateway", false]);
  return { status: answer.status, body: answer.body };
}

async function everything(server: NetworkServer): Promise<unknown[]> {
  const ids = [
    `${server.group}/providers/Microsoft.Network/privateEndpoints`,
    `${server.group}/providers/Microsoft.Network/networkInterfaces`,
    `${server.vnet}/subnets`,
  ];
  const network = await Promise.all(ids.map((each) => server.call("GET", each)));
  const owner = await server.callCache("GET", `${server.cluster}/privateEndpointConnections`);
  return [...network, owner].map(({ body }) => body);
}
