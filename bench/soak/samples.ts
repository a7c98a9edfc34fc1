import { setTimeout as delay } from "node:timers/promises";
import { childrenOf, countDescriptors, descriptorsOf, residentMb } from "../support/processes.ts";
import type { HeapProbe } from "../support/inspector.ts";
import { readPaths } from "../support/server.ts";
import type { Soak } from "./soak.ts";

/** What is measured every few seconds. Memory is in megabytes. */
export interface Sample {
  readonly descriptors: number;
  readonly residentMb: number;
  /** After a full garbage collection. */
  readonly liveHeapMb: number;
  readonly redisServers: number;
  readonly redisDescriptors: number;
  readonly redisResidentMb: number;
  readonly connections: number;
}

export const sampleEveryMs = 5_000;

const redisNames: readonly string[] = ["redis-server", "valkey-server"];

/** The Redis servers that a program runs. */
export const redisServersOf = (pid: number): readonly number[] =>
  childrenOf(pid)
    .filter(({ name }) => redisNames.includes(name))
    .map((child) => child.pid);

/** Measures a program once. */
export async function takeSample({ server }: Soak, probe: HeapProbe): Promise<Sample> {
  const pid = server.program.pid ?? 0;
  const paths = await readPaths(server.arm);
  const liveHeapMb = await probe.liveMb();
  const servers = redisServersOf(pid);
  return {
    descriptors: countDescriptors(pid),
    residentMb: residentMb(pid),
    liveHeapMb,
    redisServers: servers.length,
    redisDescriptors: sum(servers.map(countDescriptors)),
    redisResidentMb: sum(servers.map(residentMb)),
    connections: sum(paths.map(({ counters }) => counters.connections)),
  };
}

/** Looks until the soak stops. */
export async function takeSamples(soak: Soak, probe: HeapProbe): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  while (!soak.stopping.aborted) {
    samples.push(await takeSample(soak, probe));
    await delay(sampleEveryMs, undefined, { signal: soak.stopping }).catch(() => undefined);
  }
  return samples;
}

/** The four quarters of a series, each by the figure below which such a share of it lies: 0.5 is its median. */
export function quarters(figures: readonly number[], share: number): readonly [number, number, number, number] {
  const at = (quarter: number): number => {
    const sorted = figures
      .slice((figures.length * quarter) / 4, (figures.length * (quarter + 1)) / 4)
      .toSorted((one, other) => one - other);
    return sorted[Math.floor(sorted.length * share)] ?? 0;
  };
  return [at(0), at(1), at(2), at(3)];
}

/**
 * Memory is judged by the lower quartile: values in flight lift what is above it by tens of megabytes and go again,
 * while a leak lifts the lowest as much as the highest.
 */
export const judgedShare = 0.25;

/** How much the lower quartile of the last quarter may be above that of the third. */
const flatness: Readonly<Partial<Record<keyof Sample, { readonly share: number; readonly megabytes: number }>>> = {
  liveHeapMb: { share: 0.03, megabytes: 1 },
  residentMb: { share: 0.03, megabytes: 4 },
  redisResidentMb: { share: 0.05, megabytes: 8 },
};

/** With fewer than five samples a quarter, growth cannot be distinguished from noise. */
export const isLongEnough = (samples: readonly Sample[]): boolean => samples.length >= 20;

/** A sentence for each kind of memory that grew in the second half; none when there are too few samples. */
export function growthOf(samples: readonly Sample[]): readonly string[] {
  if (!isLongEnough(samples)) return [];
  return Object.entries(flatness).flatMap(([name, { share, megabytes }]) => {
    const [, , third, fourth] = quarters(
      samples.map((sample) => sample[name as keyof Sample]),
      judgedShare,
    );
    const isFlat = fourth - third <= Math.max(third * share, megabytes);
    return isFlat ? [] : [`${name} grew from ${third.toFixed(1)} to ${fourth.toFixed(1)} MB in the second half`];
  });
}

/** What a program and its Redis servers hold open when nothing but the steady paths is used. */
export interface Holdings {
  readonly descriptors: ReadonlyMap<string, number>;
  readonly redis: ReadonlyMap<number, number>;
}

/** Counts what is open, without a connection of its own to Resource Manager. */
export async function takeHoldings({ server }: Soak): Promise<Holdings> {
  server.hangUp();
  await delay(500);
  const pid = server.program.pid ?? 0;
  const redis = new Map(redisServersOf(pid).map((each) => [each, countDescriptors(each)]));
  return { descriptors: descriptorsOf(pid), redis };
}

/** Sentences on what differs between two looks. */
export function holdingsDiffer(before: Holdings, after: Holdings): readonly string[] {
  const kinds = new Set([...before.descriptors.keys(), ...after.descriptors.keys()]);
  const servers = new Set([...before.redis.keys(), ...after.redis.keys()]);
  return [
    ...[...kinds].flatMap((kind) =>
      difference(`descriptors of kind '${kind}'`, before.descriptors.get(kind), after.descriptors.get(kind)),
    ),
    ...[...servers].flatMap((pid) =>
      difference(`descriptors of the Redis server ${pid}`, before.redis.get(pid), after.redis.get(pid)),
    ),
  ];
}

function difference(what: string, before = 0, after = 0): readonly string[] {
  return before === after ? [] : [`there were ${before} ${what} before everything flapped, and ${after} are left`];
}

export const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);
