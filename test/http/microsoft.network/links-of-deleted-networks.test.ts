import { expect, test } from "vitest";
import { startNetworkServer, vnetBody } from "../../support/network-server.ts";

test("deleting a virtual network or its group removes the links to it and no others", async () => {
  const server = await startNetworkServer();
  const far = await server.addGroup("far");
  const networks = {
    kept: server.vnet,
    deleted: `${server.group}/providers/Microsoft.Network/virtualNetworks/vnet2`,
    far: `${far}/providers/Microsoft.Network/virtualNetworks/vnet3`,
  };
  await server.call("PUT", networks.deleted, vnetBody);
  await server.call("PUT", networks.far, vnetBody);
  const zone = `${server.group}/providers/Microsoft.Network/privateDnsZones/contoso.com`;
  const dns = async (method: "GET" | "PUT", path: string, body?: object): Promise<number> =>
    (await server.request(method, `${zone}${path}?api-version=2024-06-01`, body)).status;
  await dns("PUT", "", { location: "global" });
  for (const [name, network] of Object.entries(networks)) {
    const properties = { virtualNetwork: { id: network }, registrationEnabled: false };
    await dns("PUT", `/virtualNetworkLinks/${name}`, { location: "global", properties });
  }
  const links = () => Promise.all(Object.keys(networks).map((name) => dns("GET", `/virtualNetworkLinks/${name}`)));

  expect(await links()).toEqual([200, 200, 200]);
  expect((await server.call("DELETE", networks.deleted.toUpperCase())).status).toBe(200);
  expect(await links()).toEqual([200, 404, 200]);
  expect((await server.request("DELETE", `${far}?api-version=2024-11-01`)).status).toBe(200);
  expect(await links()).toEqual([200, 404, 404]);
});
