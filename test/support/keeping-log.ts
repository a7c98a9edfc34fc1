import { pino } from "pino";
import type { Log, LogLevel } from "../../src/kernel/log.ts";

/** A log whose lines a test reads. */
export function keepingLog(level: LogLevel): { log: Log; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const log = pino({ level, base: null }, { write: (line) => written.push(line) });
  return { log, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}
