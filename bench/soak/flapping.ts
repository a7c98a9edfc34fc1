import type { SeededRandom } from "../../test/support/seeded-random.ts";
import { addCluster, decide, endpointId, requestEndpoint, type Arm } from "../support/server.ts";
import type { Door } from "./door.ts";
import { doorOf, type Soak } from "./soak.ts";

/** A path that is opened and closed again and again. */
export interface Flapping {
  readonly name: string;
  /** The cluster that keeps what was written; undefined when it is removed with the path. */
  readonly keptBy: string | undefined;
  /** Resolves to the address once it is open. @throws when that takes too long. */
  readonly open: (random: SeededRandom) => Promise<Door>;
  /** Closes it in one of several ways. Resolves to that way. */
  readonly shut: (random: SeededRandom) => Promise<string>;
  /** Brings it to where it was at the beginning. */
  readonly settle: () => Promise<void>;
}

/** A private endpoint that is created, approved, and closed by its owner or its consumer. */
export function flappingEndpoint(soak: Soak, cluster: string, name: string): Flapping {
  const { arm } = soak.server;
  const remove = (): Promise<unknown> => arm("DELETE", endpointId(name));
  let isThere = false;
  const open = async (random: SeededRandom): Promise<Door> => {
    if (isThere) await remove();
    isThere = true;
    await requestEndpoint(arm, cluster, name);
    if (random.between(1, 6) === 1) {
      // An owner who says no at first: only a new request can be approved then.
      await decide(arm, { cluster, name, status: "Rejected" });
      await remove();
      await requestEndpoint(arm, cluster, name);
    }
    await decide(arm, { cluster, name, status: "Approved" });
    return await doorOf(soak, cluster, name);
  };
  const shut = async (random: SeededRandom): Promise<string> => {
    const way = random.pick(["rejected", "disconnected", "deleted"]);
    if (way === "rejected") await decide(arm, { cluster, name, status: "Rejected" });
    if (way === "disconnected") await arm("DELETE", `${cluster}/privateEndpointConnections/${name}`);
    if (way === "deleted") await remove();
    isThere = way !== "deleted";
    return way;
  };
  const settle = async (): Promise<void> => {
    if (isThere) await remove();
    isThere = false;
  };
  return { name, keptBy: cluster, open, shut, settle };
}

/** The public side of a cluster whose `publicNetworkAccess` is switched off and on. */
export function flappingPublicSide(soak: Soak, cluster: string): Flapping {
  const { arm } = soak.server;
  const enable = (publicNetworkAccess: string): Promise<unknown> =>
    arm("PATCH", cluster, { properties: { publicNetworkAccess } });
  const open = async (): Promise<Door> => {
    await enable("Enabled");
    return await doorOf(soak, cluster, "public");
  };
  const shut = async (): Promise<string> => {
    await enable("Disabled");
    return "Disabled";
  };
  const settle = async (): Promise<void> => void (await enable("Enabled"));
  return { name: `public of ${cluster.split("/").at(-1)}`, keptBy: cluster, open, shut, settle };
}

/** A cluster with a database and an approved endpoint that is created and deleted as a whole. */
export function flappingCluster(soak: Soak, name: string): Flapping {
  const { arm } = soak.server;
  const endpoint = `${name}-pe`;
  let cluster: string | undefined;
  const open = async (): Promise<Door> => {
    cluster = await addCluster(arm, name);
    await requestEndpoint(arm, cluster, endpoint);
    await decide(arm, { cluster, name: endpoint, status: "Approved" });
    return await doorOf(soak, cluster, endpoint);
  };
  const settle = async (): Promise<void> => {
    if (cluster !== undefined) await removeCluster(arm, cluster, endpoint);
    cluster = undefined;
  };
  const shut = async (): Promise<string> => {
    await settle();
    return "deleted with its cluster";
  };
  return { name, keptBy: undefined, open, shut, settle };
}

async function removeCluster(arm: Arm, cluster: string, endpoint: string): Promise<void> {
  await arm("DELETE", cluster);
  await arm("DELETE", endpointId(endpoint));
}
