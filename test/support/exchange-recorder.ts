import { appendFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { HTTPMethods } from "fastify";
import { expect } from "vitest";
import type { Answer, Request } from "./inject.ts";

/** One request and its answer, and the test that sent it: a line of a record. */
export interface RecordedExchange {
  readonly test: string;
  readonly method: HTTPMethods;
  /** Path and query. */
  readonly url: string;
  readonly body?: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly answer: Omit<Answer, "text">;
}

/** A folder for the record; unset, as it usually is, nothing is recorded. */
export const recordFolderVariable = "CUPRITE_RECORD_EXCHANGES";

/** A record is the same each time it is made: property tests draw from this seed while one is. */
const recordSeed = 20_250_701;

/** Requests as they were, each written down with its answer where a record is wanted: the spec suite validates it. */
export function recordingExchanges(request: Request): Request {
  const folder = process.env[recordFolderVariable];
  if (folder === undefined) return request;
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: recordSeed });
  const file = join(folder, `${process.pid}.jsonl`);
  return async (method, url, body, headers = {}) => {
    const answer = await request(method, url, body, headers);
    const { text: _text, ...recorded } = answer;
    const test = expect.getState().currentTestName ?? "";
    const exchange: RecordedExchange = { test, method, url, body, headers, answer: recorded };
    appendFileSync(file, `${JSON.stringify(exchange)}\n`);
    return answer;
  };
}
