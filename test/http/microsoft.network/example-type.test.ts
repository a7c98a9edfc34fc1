import { expect, test } from "vitest";
import { ipGroupType } from "../../../examples/resource-type/ip-groups.ts";
import { connectionProxy } from "../../../src/providers/microsoft.cache/connection-proxy.ts";
import { startArmServer } from "../../support/arm-server.ts";

test("the type of CONTRIBUTING's example is created, read, tagged, listed and deleted", async () => {
  const server = await startArmServer({
    providers: [
      (services) => [ipGroupType({ ...services, mayDo: async () => true, target: connectionProxy(services) })],
    ],
  });
  const group = await server.addGroup("rg1", "westus2");
  const id = `${group}/providers/Microsoft.Network/ipGroups/g1`;
  const call = (method: "GET" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown) =>
    server.request(method, `${path}?api-version=2024-05-01`, body);

  const created = await call("PUT", id, { location: "westus2", properties: { ipAddresses: ["10.0.0.0/24"] } });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({
    name: "g1",
    id,
    type: "Microsoft.Network/ipGroups",
    location: "westus2",
    properties: { provisioningState: "Succeeded", ipAddresses: ["10.0.0.0/24"] },
  });
  expect((await call("PATCH", id, { tags: { a: "b" } })).body).toMatchObject({ tags: { a: "b" } });
  expect((await call("GET", `${group}/providers/Microsoft.Network/ipGroups`)).body).toMatchObject({ value: [{ id }] });
  expect((await call("DELETE", id)).status).toBe(200);
  expect((await call("GET", id)).body).toMatchObject({ error: { code: "ResourceNotFound" } });
});
