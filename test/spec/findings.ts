import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordedExchange } from "../support/exchange-recorder.ts";

/** One thing that a validator has against an exchange. */
export interface Finding {
  readonly side: "request" | "response";
  /** The document's operation or the resource type and its api-version, or the method and path where there is none. */
  readonly operation: string;
  readonly status: number;
  readonly code: string;
  /** A JSON pointer into the body, or `/path/…` and the like for what is not in it; "" for the whole. */
  readonly at: string;
  readonly message: string;
  /** The test that sent the request. */
  readonly test: string;
}

/** What a validator finds and is as it should be. Patterns that are left out match everything. */
export interface KnownDifference extends Pick<Finding, "side" | "code"> {
  readonly operation?: RegExp;
  readonly status?: RegExp;
  readonly at?: RegExp;
  readonly message?: RegExp;
  readonly test?: RegExp;
  /** Completes "still differ: …". */
  readonly why: string;
}

const patterns = ["operation", "status", "at", "message", "test"] as const;

export const isAbout = (known: KnownDifference, finding: Finding): boolean =>
  known.side === finding.side &&
  known.code === finding.code &&
  patterns.every((field) => known[field]?.test(String(finding[field])) ?? true);

/** The first finding of each kind that is not known, for a failure that can be read. */
export function unknownFindings(all: readonly Finding[], known: readonly KnownDifference[]): Finding[] {
  const unknown = all.filter((finding) => !known.some((difference) => isAbout(difference, finding)));
  const kindOf = ({ test: _test, message: _message, ...kind }: Finding): string => JSON.stringify(kind);
  return [...new Map(unknown.toReversed().map((finding) => [kindOf(finding), finding])).values()];
}

/** The exchanges of the HTTP suite, in no certain order. */
export function readRecord(folder: string): RecordedExchange[] {
  return globSync("*.jsonl", { cwd: folder })
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trimEnd().split("\n"))
    .map((line) => JSON.parse(line) as RecordedExchange);
}

/** The body that was sent, parsed where a test wrote it as text. */
export function parsedBody({ body }: RecordedExchange): unknown {
  if (typeof body !== "string") return body;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body; // Not JSON, and meant to be so.
  }
}
