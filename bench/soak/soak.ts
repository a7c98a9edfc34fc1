import { createHash } from "node:crypto";
import { SeededRandom } from "../../test/support/seeded-random.ts";
import { findPath, readKeys, type BenchServer } from "../support/server.ts";
import type { Door } from "./door.ts";
import type { Report } from "./report.ts";

/** What everybody in a soak shares. */
export interface Soak {
  readonly server: BenchServer;
  readonly report: Report;
  /** Aborted when everything is to come to its end. */
  readonly stopping: AbortSignal;
  readonly seed: number;
}

/** Random numbers for a name: the same in every run with the same seed, whatever others draw. */
export function randomOf({ seed }: Soak, name: string): SeededRandom {
  return new SeededRandom(createHash("sha256").update(`${seed} ${name}`).digest().readInt32LE());
}

/** The way in by a path once it is open, with the primary key as it is when somebody enters. */
export async function doorOf(soak: Pick<Soak, "server">, clusterId: string, pathName: string): Promise<Door> {
  const { arm, ca } = soak.server;
  const clusterName = clusterId.split("/").at(-1) ?? "";
  const { address, port, hostName } = await findPath(arm, { clusterName, name: pathName, isOpen: true });
  return { address, port, hostName, ca, password: async () => (await readKeys(arm, clusterId)).primaryKey };
}
