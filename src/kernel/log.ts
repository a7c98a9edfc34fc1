import { destination, pino } from "pino";
import type { Logger } from "pino";

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** A structured logger: `log.info({ field }, "sentence")`. Never pass it tokens, keys or SAS URLs. */
export type Log = Logger;

/** How much is kept of what standard error does not take; what comes after it is dropped. */
const maxUnwrittenLength = 1_048_576;

/** JSON lines on standard error; standard output stays for what a person asked to read. */
export function createLog(level: LogLevel): Log {
  const standardError = destination({ fd: 2, sync: true, maxLength: maxUnwrittenLength });
  // A closed terminal or a full disk: what nobody can read is no reason to end.
  standardError.on("error", () => undefined);
  return pino({ level, base: null }, standardError);
}
