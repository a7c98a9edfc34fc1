import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, test } from "vitest";
import type { RecordedExchange } from "../support/exchange-recorder.ts";
import { knownDifferences, refusedOperations } from "./known-differences.ts";
import type { KnownDifference } from "./known-differences.ts";
import { openLiveValidator } from "./live-validator.ts";
import type { Finding, Verdict } from "./live-validator.ts";
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
  test("keep to the published document, but for the known differences", () => {
    const unknown = findings.filter((finding) => !knownDifferences.some((known) => isAbout(known, finding)));
    expect(onePerKind(unknown)).toEqual([]);
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

const patterns = ["operation", "status", "at", "message"] as const;

const isAbout = (known: KnownDifference, finding: Finding): boolean =>
  known.side === finding.side &&
  known.code === finding.code &&
  patterns.every((field) => known[field]?.test(String(finding[field])) ?? true);

/** The first finding of each kind, for a failure that can be read. */
function onePerKind(all: readonly Finding[]): Finding[] {
  const kindOf = ({ test: _test, message: _message, ...kind }: Finding): string => JSON.stringify(kind);
  return [...new Map(all.toReversed().map((finding) => [kindOf(finding), finding])).values()];
}

function readRecord(folder: string): RecordedExchange[] {
  return globSync("*.jsonl", { cwd: folder })
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trimEnd().split("\n"))
    .map((line) => JSON.parse(line) as RecordedExchange);
}

function isPublishedVersion({ url }: RecordedExchange): boolean {
  const { pathname, searchParams } = new URL(url, "https://localhost");
  return /\/providers\/microsoft\.cache\//i.test(pathname) && searchParams.get("api-version") === documentVersion;
}
