import { median } from "./figures.ts";
import { watchOthers } from "./kernel-accounting.ts";

/** So many processors may other programs use in a round that counts. */
export const quietCores = 0.15;

/** What is measured once a round. It is short, so that the machine is the same for all that it compares. */
export interface Contest<Figures> {
  readonly name: string;
  /** `round` counts from 0. What is compared takes turns at being the first. */
  readonly run: (round: number) => Promise<Figures>;
}

/** The rounds of one contest. */
export interface Rounds<Figures> {
  readonly name: string;
  /** Of the rounds that count; none when there were too few of them. */
  readonly figures: readonly Figures[];
  /** How many processors other programs used in each round that was not quiet. */
  readonly busy: readonly number[];
}

export interface RoundsOptions {
  /** How many rounds have to count. */
  readonly rounds: number;
  /** Lets rounds count in which the machine was busy. */
  readonly evenIfBusy: boolean;
  /** Begins to watch what other programs use. Returns what says how many processors they used. */
  readonly watch?: () => () => number;
}

/**
 * Runs the contests in turns until each has had so many rounds on a quiet machine, and each at most twice as often. One that
 * has not had them then has no figures.
 */
export async function runRounds<Figures>(
  contests: readonly Contest<Figures>[],
  { rounds, evenIfBusy, watch = watchOthers }: RoundsOptions,
): Promise<readonly Rounds<Figures>[]> {
  const results = contests.map(({ name, run }) => ({ name, run, figures: [] as Figures[], busy: [] as number[] }));
  for (let round = 0; round < 2 * rounds; round += 1) {
    for (const { run, figures, busy } of results.filter((result) => result.figures.length < rounds)) {
      const usedByOthers = watch();
      const measured = await run(round);
      const cores = usedByOthers();
      if (cores > quietCores) busy.push(cores);
      if (cores <= quietCores || evenIfBusy) figures.push(measured);
    }
  }
  return results.map(({ name, figures, busy }) => ({ name, figures: figures.length < rounds ? [] : figures, busy }));
}

/** Sentences on the contests of which rounds were busy: left out, marked, or all that there is to say of one. */
export function busyNotes(results: readonly Rounds<unknown>[], { evenIfBusy }: { evenIfBusy: boolean }): string[] {
  return results.flatMap(({ name, figures, busy }) => {
    if (busy.length === 0) return [];
    const rounds = busy.length === 1 ? "one round" : `${busy.length} rounds`;
    const used = `in ${rounds} other programs used ${median(busy).toFixed(2)} processors (median)`;
    if (evenIfBusy) return [`${name}: busy, ${used}.`];
    if (figures.length > 0) return [`${name}: ${used}; not counted.`];
    return [`${name}: not printed. The machine was busy: ${used}, and ${quietCores} is the most. See --even-if-busy.`];
  });
}

/** The list, begun with another element in each round. */
export function rotated<Item>(items: readonly Item[], round: number): readonly Item[] {
  const first = round % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

/** Measures each of several things, one after the other, begun with another one in each round. */
export async function inTurns<Name extends string, Item, Result>(
  items: Readonly<Record<Name, Item>>,
  round: number,
  measureOne: (item: Item) => Promise<Result>,
): Promise<Readonly<Record<Name, Result>>> {
  const results = new Map<string, Result>();
  for (const [name, item] of rotated(Object.entries<Item>(items), round)) results.set(name, await measureOne(item));
  return Object.fromEntries(results) as Record<Name, Result>;
}
