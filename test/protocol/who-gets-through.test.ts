import { expect, test, vi } from "vitest";
import { dataPlaneOf, testGroup, testSubscription, type DataPlaneProgram } from "../support/data-plane.ts";
import { resolverAt } from "../support/dns-clients.ts";
import { startInProcess } from "../support/in-process-program.ts";
import { tempDir } from "../support/temp-dir.ts";
import { isListening } from "../support/is-listening.ts";

/** The states of a private endpoint, one after the other. */
const states = ["no endpoint", "Pending", "Approved", "Rejected", "Disconnected"] as const;

/** Where the client is; networks are named by what they do about the cluster's name. */
const views = ["public", "right zone", "wrong zone", "unlinked zone"] as const;

type Outcome = "public side" | "endpoint" | "refused" | "no such name";

/**
 * The result of a client that resolves the cluster's name where it is, connects to the address, logs in and sends PING.
 * A linked zone decides for all names in it, so that the name does not exist without an approved endpoint. A zone with
 * another name, or without a link, leaves the name to public DNS, and the public path may be closed (all documented).
 */
const matrix = {
  Enabled: {
    "no endpoint": ["public side", "public side", "public side", "public side"],
    Pending: ["public side", "no such name", "public side", "public side"],
    Approved: ["public side", "endpoint", "public side", "public side"],
    Rejected: ["public side", "no such name", "public side", "public side"],
    Disconnected: ["public side", "public side", "public side", "public side"],
  },
  Disabled: {
    "no endpoint": ["refused", "refused", "refused", "refused"],
    Pending: ["refused", "no such name", "refused", "refused"],
    Approved: ["refused", "endpoint", "refused", "refused"],
    Rejected: ["refused", "no such name", "refused", "refused"],
    Disconnected: ["refused", "refused", "refused", "refused"],
  },
  null: {
    "no endpoint": ["public side", "public side", "public side", "public side"],
    Pending: ["refused", "no such name", "refused", "refused"],
    Approved: ["refused", "endpoint", "refused", "refused"],
    Rejected: ["refused", "no such name", "refused", "refused"],
    Disconnected: ["public side", "public side", "public side", "public side"],
  },
} as const satisfies Record<string, Record<(typeof states)[number], readonly Outcome[]>>;

vi.setConfig({ testTimeout: 30_000 });
const waiting = { timeout: 30_000, interval: 20 };
const hostName = "c1.eastus.redis.azure.net";
const networkProvider = "providers/Microsoft.Network";
const otherGroup = `${testSubscription}/resourceGroups/rg2`;

/** The networks, each with a private endpoint of its own name, and the zone that the endpoint's record is to be in. */
const networks = [
  {
    view: "right zone",
    name: "right",
    zone: `${testGroup}/${networkProvider}/privateDnsZones/privatelink.redis.azure.net`,
  },
  {
    view: "wrong zone",
    name: "wrong",
    zone: `${testGroup}/${networkProvider}/privateDnsZones/privatelink.redisenterprise.cache.azure.net`,
  },
  {
    view: "unlinked zone",
    name: "unlinked",
    zone: `${otherGroup}/${networkProvider}/privateDnsZones/privatelink.redis.azure.net`,
  },
] as const;

test.for(Object.entries(matrix))(
  "with public network access %s, access follows the endpoint's state and the zone",
  async ([access, expected]) => {
    const dataDir = await tempDir();
    const plane = await dataPlaneOf(await startInProcess(dataDir), dataDir);
    const id = await plane.addCluster("c1", { cluster: access === "null" ? {} : { publicNetworkAccess: access } });
    if (access === "null") await forgetPublicAccess(plane, id);
    await addNetworks(plane);
    const { primaryKey: password } = await plane.keys(id);
    for (const state of states) {
      for (const network of networks) await bringTo(state, plane, id, network);
      await vi.waitFor(async () => expect(await openPaths(plane)).toEqual(pathsOf(state, expected[state])), waiting);
      for (const path of await plane.paths()) {
        const { name, isOpen } = path;
        expect({ state, name, listens: await isListening(path) }).toEqual({ state, name, listens: isOpen });
      }
      const outcomes = await Promise.all(views.map((view) => outcomeIn(view, plane, password)));
      expect({ state, outcomes }).toEqual({ state, outcomes: [...expected[state]] });
    }
  },
);

/** What is to be open: the public path, if any client can use it, and the approved endpoints. */
const pathsOf = (state: (typeof states)[number], outcomes: readonly Outcome[]): string[] => [
  ...(outcomes.includes("public side") ? ["public"] : []),
  ...(state === "Approved" ? ["right", "unlinked", "wrong"] : []),
];

const openPaths = async (plane: DataPlaneProgram): Promise<string[]> =>
  (await plane.paths()).flatMap(({ isOpen, name }) => (isOpen ? [name] : [])).toSorted();

/** Three networks and their zones, two of which are linked. */
async function addNetworks(plane: DataPlaneProgram): Promise<void> {
  await plane.put(otherGroup, { location: "eastus" });
  for (const { name, zone } of networks) {
    await plane.addNetwork(name);
    await plane.put(`${zone}?api-version=2024-06-01`, { location: "global" });
    if (name === "unlinked") continue;
    await plane.put(`${zone}/virtualNetworkLinks/${name}?api-version=2024-06-01`, {
      location: "global",
      properties: { virtualNetwork: { id: `${testGroup}/${networkProvider}/virtualNetworks/${name}` } },
    });
  }
}

/** What leads from one state to the next. */
async function bringTo(
  state: (typeof states)[number],
  plane: DataPlaneProgram,
  id: string,
  { name, zone }: (typeof networks)[number],
): Promise<void> {
  if (state === "Pending") {
    await plane.requestEndpoint(id, name, name);
    await plane.put(`${testGroup}/${networkProvider}/privateEndpoints/${name}/privateDnsZoneGroups/default`, {
      properties: { privateDnsZoneConfigs: [{ name: "a", properties: { privateDnsZoneId: zone } }] },
    });
  } else if (state === "Approved" || state === "Rejected") await plane.decide(id, name, state);
  else if (state === "Disconnected") {
    await plane.arm.call({ method: "DELETE", path: `${id}/privateEndpointConnections/${name}` });
  }
}

/** Resolves the cluster's name where the client is, and connects to the address. */
async function outcomeIn(view: (typeof views)[number], plane: DataPlaneProgram, password: string): Promise<Outcome> {
  const address = await addressFrom(view, plane);
  if (address === undefined) return "no such name";
  const path = (await plane.paths()).find((each) => each.address === address);
  if (path === undefined) throw new Error(`${address} is no path's address.`);
  if (!(await isListening(path))) return "refused";
  const client = await plane.dial(path, { password });
  expect(await client.ping()).toBe("PONG");
  client.disconnect();
  return path.kind === "public" ? "public side" : "endpoint";
}

/** undefined when the name does not exist there. */
async function addressFrom(view: (typeof views)[number], plane: DataPlaneProgram): Promise<string | undefined> {
  const { body } = await plane.arm.get("/cuprite/dns");
  const { resolvers } = body as { resolvers: { virtualNetworkId?: string; address: string; port: number }[] };
  const network = networks.find((each) => each.view === view)?.name;
  const place = resolvers.find(({ virtualNetworkId }) => virtualNetworkId?.split("/").at(-1) === network);
  if (place === undefined) throw new Error(`Nobody resolves names for ${view}.`);
  try {
    const [address, ...more] = await resolverAt(place).resolve4(hostName);
    expect(more).toEqual([]);
    return address;
  } catch (cause) {
    expect(cause).toMatchObject({ code: "ENOTFOUND" });
    return undefined;
  }
}

/** Writes a cluster as versions do that know nothing of public network access: it is null then. */
async function forgetPublicAccess(plane: DataPlaneProgram, id: string): Promise<void> {
  await plane.arm.call({ method: "DELETE", path: id });
  await vi.waitFor(async () => expect((await plane.arm.get(id)).status).toBe(404), waiting);
  const version = "?api-version=2025-04-01";
  await plane.put(`${id}${version}`, { location: "eastus", sku: { name: "Balanced_B1" } });
  await plane.put(`${id}/databases/default${version}`, { properties: { clusteringPolicy: "EnterpriseCluster" } });
}
