import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { startDataPlane, testGroup } from "../../support/data-plane.ts";
import { runCuprite, startProgram } from "../../support/program.ts";
import { tempDir } from "../../support/temp-dir.ts";

const host = "c1.eastus.redis.azure.net";
const network = `${testGroup}/providers/Microsoft.Network`;
const zone = `${network}/privateDnsZones/privatelink.redis.azure.net`;
const waiting = { timeout: 30_000, interval: 50 };

/** The addresses in the `dig` lines that `cuprite dns` prints, by view. */
async function resolversOf(dataDir: string): Promise<Map<string, string>> {
  const { code, stdout, stderr } = await runCuprite(["dns", "--data-dir", dataDir]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const lines = stdout.matchAll(/^# (.+): .+\ndig @(\S+) -p (\d+) (\S+)$/gm);
  return new Map(
    [...lines].map(([, view = "", address, port]) => [view.split("/").at(-1) ?? "", `${address}:${port}`]),
  );
}

const lookUp = async (server: string | undefined): Promise<string[]> => {
  const resolver = new Resolver({ timeout: 10_000, tries: 2 });
  resolver.setServers([server ?? ""]);
  return await resolver.resolve4(host);
};

test("the cluster's name resolves to the endpoint once it is approved and its zone is linked", async () => {
  const dataDir = await tempDir();
  const plane = await startDataPlane(dataDir);
  const id = await plane.addCluster("c1");
  await plane.requestEndpoint(id, "pe");
  const servers = await resolversOf(dataDir);
  expect([...servers.keys()]).toEqual(["public", "vnet1"]);
  const publicSide = await plane.path("c1", "public");
  expect(await lookUp(servers.get("vnet1"))).toEqual([publicSide.address]);

  await plane.put(`${zone}?api-version=2024-06-01`, { location: "global" });
  await plane.put(`${network}/privateEndpoints/pe/privateDnsZoneGroups/default?api-version=2024-11-01`, {
    properties: { privateDnsZoneConfigs: [{ name: "a", properties: { privateDnsZoneId: zone } }] },
  });
  await plane.put(`${zone}/virtualNetworkLinks/link1?api-version=2024-06-01`, {
    location: "global",
    properties: { virtualNetwork: { id: `${network}/virtualNetworks/vnet1` }, registrationEnabled: false },
  });
  await expect(lookUp(servers.get("vnet1"))).rejects.toMatchObject({ code: "ENOTFOUND" });
  await plane.decide(id, "pe", "Approved");
  const endpoint = await plane.path("c1", "pe");
  expect(await lookUp(servers.get("vnet1"))).toEqual([endpoint.address]);
  expect(await lookUp(servers.get("public"))).toEqual([publicSide.address]);
  const { primaryKey } = await plane.keys(id);
  const client = await plane.dial(endpoint, { password: primaryKey });
  expect(await client.ping()).toBe("PONG");

  await plane.decide(id, "pe", "Rejected");
  await expect(lookUp(servers.get("vnet1"))).rejects.toMatchObject({ code: "ENOTFOUND" });
});

test("a closed public path still has its name", async () => {
  const dataDir = await tempDir();
  const plane = await startDataPlane(dataDir);
  await plane.addCluster("c1", { cluster: { publicNetworkAccess: "Disabled" } });
  const servers = await resolversOf(dataDir);
  await vi.waitFor(async () => expect(await lookUp(servers.get("public"))).toHaveLength(1), waiting);
});

test("resolvers use the given port, or a sentence says why they cannot", async () => {
  const dataDir = await tempDir();
  const other = createServer().listen(0, "0.0.0.0");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const args = ["--dns-port", String(port)];
  const { code, stderr } = await runCuprite(["start", "--port", "0", "--data-dir", dataDir, ...args]);
  expect({ code, says: stderr.split("\n").at(-2) }).toEqual({
    code: 1,
    says: expect.stringMatching(/^Resolvers cannot have port \d+ \(.*\): choose another with --dns-port\.$/) as string,
  });
  other.close();
  await startProgram({ dataDir, args });
  expect((await resolversOf(dataDir)).get("public")).toMatch(new RegExp(`:${port}$`));
});

test("--no-data-plane starts no resolvers", async () => {
  const dataDir = await tempDir();
  await startProgram({ dataDir, args: ["--no-data-plane"] });
  const { code, stderr } = await runCuprite(["dns", "--data-dir", dataDir]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "This server runs without a data plane, and has no resolvers.\n",
  });
});
