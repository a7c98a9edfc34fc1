import type { BareAnswer } from "../support/bare.ts";
import type { Order } from "../support/generated-load.ts";
import type { Measured } from "../support/load.ts";
import { inTurns, type Contest, type Rounds } from "../support/rounds.ts";
import { grouped, median, spread } from "../support/figures.ts";
import type { Case } from "./cases.ts";

/** The servers that a case is sent to. */
export const targetNames = ["Cuprite", "bare", "bare with our headers"] as const;
type TargetName = (typeof targetNames)[number];

/** One case at each of the servers, one right after the other. */
export type Figures = Readonly<Record<TargetName, Measured>>;

export type Orders = Readonly<Record<TargetName, Omit<Order, "request" | "seconds" | "expectedStatus">>>;

/** A case, measured at each server for so many seconds. */
export function contestOf(options: {
  of: Case;
  answer: BareAnswer;
  orders: Orders;
  load: (order: Order) => Promise<Measured>;
  seconds: number;
}): Contest<Figures> {
  const { of, answer, orders, load, seconds } = options;
  const run = (round: number): Promise<Figures> =>
    inTurns(orders, round, (order) => load({ ...order, request: of.request, seconds, expectedStatus: answer.status }));
  return { name: of.title, run };
}

/** How often Cuprite does what another server does: its rate, and its responses for a second of processor time. */
export const ratiosTo = (other: TargetName) => ({
  rate: (figures: Figures): number => figures.Cuprite.perSecond / figures[other].perSecond,
  cpu: (figures: Figures): number => figures[other].serverUs / figures.Cuprite.serverUs,
  p99: (figures: Figures): number => figures.Cuprite.p99Ms / figures[other].p99Ms,
});

/** The rows of the table of ratios. */
export const ratioRows = (results: readonly Rounds<Figures>[]): readonly (readonly string[])[] => [
  ["", "beside the bare server with our headers: rate", "CPU", "p99", "with four headers: rate", "CPU", "p99"],
  ...results
    .filter(({ figures }) => figures.length > 0)
    .map(({ name, figures }) => [
      name,
      ...(["bare with our headers", "bare"] as const).flatMap((other) =>
        Object.values(ratiosTo(other)).map((ratio) => spread(figures.map(ratio))),
      ),
    ]),
];

/** The rows of the table of what was measured, medians of the rounds. */
export const absoluteRows = (results: readonly Rounds<Figures>[]): readonly (readonly string[])[] => [
  ["", "server", "responses/s", "CPU, µs", "p50, ms", "p99, ms", "generator's CPU, µs"],
  ...results
    .filter(({ figures }) => figures.length > 0)
    .flatMap(({ name, figures }) =>
      targetNames.map((target) => {
        const of = (pick: (measured: Measured) => number): number => median(figures.map((each) => pick(each[target])));
        return [
          name,
          target,
          grouped(of(({ perSecond }) => perSecond)),
          of(({ serverUs }) => serverUs).toFixed(1),
          of(({ medianMs }) => medianMs).toFixed(2),
          of(({ p99Ms }) => p99Ms).toFixed(2),
          of(({ generatorUs }) => generatorUs).toFixed(1),
        ];
      }),
    ),
];
