import { expect } from "vitest";

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const tail = `CorrelationID=${uuid} RequestID=${uuid} Timestamp=\\d\\d/\\d\\d/\\d{4} \\d\\d:\\d\\d:\\d\\d \\(UTC\\)`;

/** Matches a message of Microsoft.Cache: a sentence, and the ids and time of the request. */
export const stamped = (sentence: string): string => stampedLike(sentence.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&"));

/** The same for a sentence of which only a pattern is known. */
export const stampedLike = (pattern: string): string =>
  expect.stringMatching(new RegExp(`^${pattern} ${tail}$`, "s")) as string;
