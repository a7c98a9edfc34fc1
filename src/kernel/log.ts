import { destination, pino } from "pino";
import type { Logger } from "pino";

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** A structured logger: `log.info({ field }, "sentence")`. Never pass it tokens, keys or SAS URLs. */
export type Log = Logger;

/** JSON lines on standard error; standard output stays for what a person asked to read. */
export function createLog(level: LogLevel): Log {
  return pino({ level, base: null }, destination({ fd: 2, sync: true }));
}
