import { expect, test } from "vitest";
import { busyNotes, inTurns, rotated, runRounds } from "../../../bench/support/rounds.ts";

/** What other programs use, one round after the other; nothing at the end. */
const machine = (cores: readonly number[]) => {
  const left = [...cores];
  return () => () => left.shift() ?? 0;
};

const countRounds = (name: string) => ({ name, run: (round: number) => Promise.resolve(round) });

test("a round with a busy machine is left out, told of and repeated", async () => {
  const results = await runRounds([countRounds("PUT")], {
    rounds: 3,
    evenIfBusy: false,
    watch: machine([0.1, 0.9, 0.1]),
  });
  expect(results).toEqual([{ name: "PUT", figures: [0, 2, 3], busy: [0.9] }]);
  expect(busyNotes(results, { evenIfBusy: false })).toEqual([
    "PUT: in one round other programs used 0.90 processors (median); not counted.",
  ]);
});

test("a contest has no figures when the machine stayed busy, and the note says so", async () => {
  const results = await runRounds([countRounds("PUT")], { rounds: 2, evenIfBusy: false, watch: () => () => 0.5 });
  expect(results).toEqual([{ name: "PUT", figures: [], busy: [0.5, 0.5, 0.5, 0.5] }]);
  expect(busyNotes(results, { evenIfBusy: false })).toEqual([
    expect.stringContaining("PUT: not printed. The machine was busy: in 4 rounds other programs used 0.50 processors"),
  ]);
});

test("busy rounds count when that was asked for, and the note marks them", async () => {
  const results = await runRounds([countRounds("PUT")], { rounds: 2, evenIfBusy: true, watch: () => () => 0.5 });
  expect(results).toEqual([{ name: "PUT", figures: [0, 1], busy: [0.5, 0.5] }]);
  expect(busyNotes(results, { evenIfBusy: true })).toEqual([expect.stringContaining("PUT: busy, in 2 rounds")]);
});

test("contests take turns, and one that has its rounds is not run again", async () => {
  const order: string[] = [];
  const contest = (name: string) => ({ name, run: async (round: number) => void order.push(`${name}${round}`) });
  await runRounds([contest("a"), contest("b")], { rounds: 2, evenIfBusy: false, watch: machine([0, 0, 0, 1]) });
  expect(order).toEqual(["a0", "b0", "a1", "b1", "b2"]);
});

test("each round begins with another element", () => {
  expect([0, 1, 2, 3].map((round) => rotated(["a", "b", "c"], round).join(""))).toEqual(["abc", "bca", "cab", "abc"]);
});

test("what is compared takes turns at being the first, and has its results by name", async () => {
  const order: number[] = [];
  const measureOne = async (item: number): Promise<number> => 10 * (order.push(item), item);
  expect(await inTurns({ a: 1, b: 2 }, 1, measureOne)).toEqual({ a: 10, b: 20 });
  expect(order).toEqual([2, 1]);
});
