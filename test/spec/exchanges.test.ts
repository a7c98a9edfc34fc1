import { beforeAll, describe, expect, inject, test } from "vitest";
import type { RecordedExchange } from "../support/exchange-recorder.ts";
import { isAbout, readRecord, unknownFindings, type Finding } from "./findings.ts";
import { knownDifferences, refusedOperations } from "./known-differences.ts";
import { openLiveValidator, type Verdict } from "./live-validator.ts";
import { documentVersion, publishedOperations } from "./published-document.ts";

const exchanges = readRecord(inject("recordFolder")).filter(isPublishedVersion);
/** The statuses that each operation has answered. */
const statuses = new Map<string, Set<number>>();
const findings: Finding[] = [];

beforeAll(async () => {
  const validator = await openLiveValidator();
  for (const exchange of exchanges) keep(exchange, await validator.validate(exchange));
});

describe(`the ${exchanges.length} exchanges of the HTTP suite at ${documentVersion}`, () => {
  test("exchanges conform to the published document, except for the known differences", () => {
    expect(unknownFindings(findings, knownDifferences)).toEqual([]);
  });

  test.each(knownDifferences)("still differ: $why", (known) => {
    expect(findings.filter((finding) => isAbout(known, finding))).not.toEqual([]);
  });

  test.each(publishedOperations())("are about $operationId too", ({ operationId }) => {
    const answered = [...(statuses.get(operationId) ?? [])];
    expect(answered).not.toEqual([]);
    expect(answered.some((status) => status < 300)).toBe(!refusedOperations.has(operationId));
  });
});

function keep({ answer }: RecordedExchange, verdict: Verdict): void {
  findings.push(...verdict.findings);
  const { operationId } = verdict;
  if (operationId !== undefined) statuses.set(operationId, (statuses.get(operationId) ?? new Set()).add(answer.status));
}

function isPublishedVersion({ url }: RecordedExchange): boolean {
  const { pathname, searchParams } = new URL(url, "https://localhost");
  return /\/providers\/microsoft\.cache\//i.test(pathname) && searchParams.get("api-version") === documentVersion;
}
