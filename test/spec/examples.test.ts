import { describe, expect, test } from "vitest";
import { startCacheContract } from "./contract-server.ts";
import { publishedExamples } from "./published-document.ts";
import { replays } from "./replays.ts";
import { differencesBetween, exampleOf, sendExample } from "./send-example.ts";

describe("a published example", () => {
  test.each(replays)("$example is answered with $status as published", async (replay) => {
    const { example, status, timing, given, differences } = replay;
    const server = await startCacheContract(timing);
    await given?.(server);
    const answer = await sendExample(server, example);
    expect(answer).toMatchObject({ status });
    const found = differencesBetween(exampleOf(example).responses[status]?.body, answer.body);
    const known = Object.keys(differences);
    expect(found.filter(({ at }) => !known.some((place) => isAtOrBelow(at, place)))).toEqual([]);
    expect(known.filter((place) => !found.some(({ at }) => isAtOrBelow(at, place)))).toEqual([]);
  });

  test("replays an example for each of its responses", () => {
    const shown = [...publishedExamples()].flatMap(([file, { responses }]) =>
      Object.keys(responses).map((status) => `${file} ${status}`),
    );
    expect(replays.map(({ example, status }) => `${example} ${status}`).toSorted()).toEqual(shown.toSorted());
  });
});

const isAtOrBelow = (at: string, place: string): boolean => at === place || at.startsWith(`${place}/`);
