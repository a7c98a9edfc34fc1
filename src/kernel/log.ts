import { destination, pino, type Logger } from "pino";

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** A structured logger: `log.info({ field }, "sentence")`. Never pass it tokens, keys or SAS URLs. */
export type Log = Logger;

/** How many characters are kept while standard error takes none; more are dropped. */
const maxUnwrittenLength = 1_048_576;

/** Logs JSON lines to standard error; standard output is for what a command prints. */
export function createLog(level: LogLevel): Log {
  const standardError = destination({ fd: 2, sync: true, maxLength: maxUnwrittenLength });
  // A closed terminal or a full disk is no reason to end.
  standardError.on("error", () => undefined);
  return pino({ level, base: null }, standardError);
}
